/**
 * Whole clusters in virtual time: monitors that run the product's own election, leadership and
 * leader's loop on simulated threads, and the real fold, over simulated surroundings (Kafka, the
 * network, engines, Redis, clocks), under a scheduler whose every choice follows from a seed.
 *
 * <p>Start with {@link io.sluice.provisioner.simulation.Simulation}, which builds one cluster and
 * lets it live; {@link io.sluice.provisioner.simulation.SimulatedMonitor} wires the product, {@link
 * io.sluice.provisioner.simulation.SimulatedThreads} runs it; {@link
 * io.sluice.provisioner.simulation.Witness} holds the invariants, {@link
 * io.sluice.provisioner.simulation.Storm} the faults. Not pure, but without a clock or threads.
 */
@NullMarked
package io.sluice.provisioner.simulation;

import org.jspecify.annotations.NullMarked;
