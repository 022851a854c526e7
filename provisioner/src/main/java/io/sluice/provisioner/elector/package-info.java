/**
 * The election at work: messages over HTTP, connections held open, heartbeats in Kafka. Not pure.
 *
 * <p>Start with {@link io.sluice.provisioner.elector.LeaderElector}, which feeds the pure {@link
 * io.sluice.provisioner.election.Election} and does what it says.
 */
@NullMarked
package io.sluice.provisioner.elector;

import org.jspecify.annotations.NullMarked;
