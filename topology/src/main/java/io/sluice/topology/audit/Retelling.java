package io.sluice.topology.audit;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;
import java.util.Optional;

/** A zone folded record by record, with the commands of other decision rules as they stand. */
final class Retelling {
  private final OtherRules others;
  private ZoneState state;

  Retelling(ZoneId zone, OtherRules others) {
    this.state = ZoneState.unknown(zone);
    this.others = others;
  }

  /** Takes in the next record; gives how it is weighed. */
  Evaluation next(JournalRecord entry) {
    Evaluation evaluation = Decide.evaluate(state, entry);
    CommandId id = new CommandId(entry.event().zone(), entry.offset());
    Optional<ScaleCommand> given = others.command(id);
    if (given.isPresent()) {
      state = OtherRules.after(evaluation, given.get());
    } else {
      state = others.decidedAt(id) ? evaluation.known() : evaluation.decision().after();
    }
    return evaluation;
  }

  ZoneState state() {
    return state;
  }
}
