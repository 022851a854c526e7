package io.sluice.provisioner.plan;

import io.sluice.schemas.time.Ticks;
import java.time.Instant;

/**
 * When a step is taken, by both clocks.
 *
 * @param ticks for deadlines and pauses
 * @param time for the stamps of facts
 */
public record Moment(Ticks ticks, Instant time) {}
