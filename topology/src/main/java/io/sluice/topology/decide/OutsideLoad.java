package io.sluice.topology.decide;

import java.time.Instant;

/**
 * A figure of a zone that came from outside of it, such as the length of a queue: of the whole
 * zone, whatever servers it has.
 *
 * @param value the figure, 0 or more
 * @param until until when it holds; from then on it is missing
 * @param source where it comes from, for people
 */
public record OutsideLoad(double value, Instant until, String source) {}
