/**
 * The state that facts add up to. Pure.
 *
 * <p>{@link io.sluice.schemas.fleet.Fleet} is all zones, {@link io.sluice.schemas.fleet.Zone} one
 * of them. Both are immutable: {@code apply} gives the next state and never decides. Deciding, the
 * provisioner, the command line and recovery all fold the journal with this same code.
 */
@NullMarked
package io.sluice.schemas.fleet;

import org.jspecify.annotations.NullMarked;
