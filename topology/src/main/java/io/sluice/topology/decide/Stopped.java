package io.sluice.topology.decide;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import java.util.Optional;

/**
 * Where a zone's decisions stand still, and why: the record there is not in its state, and none
 * behind it is until that one is.
 *
 * @param offset the journal offset of the record
 * @param kind what kind of trouble it is
 * @param what what is wrong, for people
 * @param mend what would end it, for people
 */
public record Stopped(long offset, ConditionKind kind, String what, String mend) {
  /** The same as a condition of the zone. */
  public Condition condition() {
    return new Condition(kind, Optional.empty(), what, Optional.of(offset), mend);
  }
}
