package io.sluice.topology.audit;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;

/** A zone folded record by record, with the commands of other decision rules as they stand. */
final class Retelling {
  private final RecordedCommands others;
  private ZoneState state;

  /** From this state on. */
  Retelling(ZoneState start, RecordedCommands others) {
    this.state = start;
    this.others = others;
  }

  /** Takes in the next record; gives how it is weighed. */
  Evaluation next(JournalRecord entry) {
    Evaluation evaluation = Decide.evaluate(state, entry);
    state = others.told(evaluation, entry).after();
    return evaluation;
  }

  ZoneState state() {
    return state;
  }
}
