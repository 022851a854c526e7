/**
 * Whole clusters in virtual time: monitors that run the real election, the real mind of the leader
 * and the real fold, over models of Kafka, the network, the fleet and the snapshot store, under a
 * scheduler whose every choice follows from a seed.
 *
 * <p>Start with {@link io.sluice.provisioner.simulation.Simulation}, which builds one cluster and
 * lets it live; {@link io.sluice.provisioner.simulation.Witness} holds the invariants, {@link
 * io.sluice.provisioner.simulation.Storm} the faults. Not pure, but without a clock or threads.
 */
@NullMarked
package io.sluice.provisioner.simulation;

import org.jspecify.annotations.NullMarked;
