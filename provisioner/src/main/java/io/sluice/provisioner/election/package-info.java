/**
 * Who of the monitors tries to lead: the Bully algorithm as a step machine. Pure.
 *
 * <p>Start with {@link io.sluice.provisioner.election.Election}; {@link
 * io.sluice.provisioner.election.Phase} draws the states. Nothing here keeps two monitors from
 * leading at once: that is what the broker's fencing is for. The election only sees to it that they
 * rarely try, and that somebody does.
 */
@NullMarked
package io.sluice.provisioner.election;

import org.jspecify.annotations.NullMarked;
