package io.sluice.topology.decide;

import io.sluice.schemas.command.ScaleCommand;
import java.util.Optional;

/**
 * What the fold made of one journal record.
 *
 * @param after the zone's state from here on
 * @param command what is to be changed; empty if nothing
 */
public record Decision(ZoneState after, Optional<ScaleCommand> command) {}
