package io.sluice.compose.bench;

/**
 * A line of a benchmark's result.
 *
 * @param scenario what was done to what
 * @param recordsPerSecond the median of the rounds
 */
public record Row(String scenario, double recordsPerSecond) {}
