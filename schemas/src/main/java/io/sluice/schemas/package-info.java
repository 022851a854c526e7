/**
 * The contracts between the parts of Sluice. Pure.
 *
 * <p>Start with {@link io.sluice.schemas.topic.Topics} (what is written where), then {@link
 * io.sluice.schemas.event.FleetEvent} (the facts), {@link io.sluice.schemas.command.ScaleCommand}
 * (the decisions) and {@link io.sluice.schemas.fleet.Fleet} (the state that facts add up to).
 */
@NullMarked
package io.sluice.schemas;

import org.jspecify.annotations.NullMarked;
