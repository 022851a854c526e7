package io.sluice.provisioner.simulation;

import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import java.util.List;
import java.util.Optional;

/** What a flawed leader makes of what it reads. */
final class Tampering {
  private Tampering() {}

  static Input with(Flaw flaw, Input input) {
    return flaw == Flaw.NO_STOPS && input instanceof Input.CommandRead(var place, var command)
        ? new Input.CommandRead(place, withoutStops(command))
        : input;
  }

  /** What a flawed leader records instead of a fact. */
  static FleetEvent written(Flaw flaw, FleetEvent fact) {
    return flaw == Flaw.CONDITIONS_KEPT && fact instanceof FleetEvent.ConditionCleared cleared
        ? new FleetEvent.ConditionCleared(
            cleared.zone(), cleared.at(), ConditionKind.NEWER_RECORD, Optional.empty())
        : fact;
  }

  private static ScaleCommand withoutStops(ScaleCommand command) {
    return new ScaleCommand(
        command.id(),
        command.zone(),
        command.at(),
        command.cause(),
        command.policyRevision(),
        command.from(),
        command.to(),
        command.start(),
        List.of(),
        command.reason(),
        command.evidence(),
        command.dryRun(),
        command.foldVersion());
  }
}
