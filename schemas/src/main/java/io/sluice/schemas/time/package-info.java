/**
 * Time by the two clocks that there are, as two types: {@link io.sluice.schemas.time.Ticks} of the
 * monotonic clock for whatever has to happen within a while, {@link java.time.Instant} of the wall
 * clock for what people read. Not pure: {@link io.sluice.schemas.time.MonotonicClock} reads a
 * clock. Start with {@link io.sluice.schemas.time.Ticks}.
 */
@NullMarked
package io.sluice.schemas.time;

import org.jspecify.annotations.NullMarked;
