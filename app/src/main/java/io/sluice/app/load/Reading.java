package io.sluice.app.load;

/**
 * What the counters of the process say at one moment.
 *
 * @param atNanos the moment, on a clock that never goes back, in nanoseconds
 * @param cpuNanos processor time that the process has used since its start, in nanoseconds
 * @param memoryPercent share of the memory limit in use, 0 to 100
 * @param gpuPercent share of the graphics processor in use, 0 to 100
 * @param requestsFinished requests answered since the start
 * @param requestsInFlight requests being served
 */
public record Reading(
    long atNanos,
    long cpuNanos,
    double memoryPercent,
    double gpuPercent,
    long requestsFinished,
    int requestsInFlight) {}
