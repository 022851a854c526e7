package io.sluice.compose.drill.chaos;

import java.time.Duration;

/**
 * What is to be done.
 *
 * @param length for how long faults are dealt; the last one is recovered from, too
 * @param seed which faults, in which order
 * @param brokers how many brokers, 1 to 3
 * @param faultsMax no more than so many faults, however much time is left
 */
public record ChaosConfig(Duration length, long seed, int brokers, int faultsMax) {}
