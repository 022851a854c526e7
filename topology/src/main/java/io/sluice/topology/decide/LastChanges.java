package io.sluice.topology.decide;

import io.sluice.schemas.command.ScaleCommand;
import java.time.Instant;
import java.util.Optional;

/**
 * When a zone's number of servers last changed, whoever changed it; for the cool-downs.
 *
 * @param out broker's time of the last growth
 * @param in broker's time of the last shrinkage
 */
public record LastChanges(Optional<Instant> out, Optional<Instant> in) {
  /** It never changed. */
  public static final LastChanges NONE = new LastChanges(Optional.empty(), Optional.empty());

  LastChanges with(ScaleCommand command) {
    if (command.to() > command.from()) {
      return new LastChanges(Optional.of(command.at()), in);
    }
    return command.to() < command.from() ? new LastChanges(out, Optional.of(command.at())) : this;
  }
}
