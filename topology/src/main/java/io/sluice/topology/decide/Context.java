package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * What a decision is made from: the zone's state with the fact in it, and the fact.
 *
 * @param state the zone's state after the fact and before the decision
 * @param census its servers, counted
 * @param cause the record that is decided on
 */
record Context(ZoneState state, Census census, JournalRecord cause) {
  static Context of(ZoneState state, JournalRecord cause) {
    return new Context(state, Census.of(state), cause);
  }

  FleetEvent fact() {
    return cause.event();
  }

  Instant time() {
    return state.time();
  }

  int desired() {
    return state.desired();
  }

  ZonePolicy policy() {
    return state.zone().policy();
  }

  /** The zone's last observation, which need not be the fact that is decided on. */
  Optional<LoadObserved> observation() {
    return state.zone().load();
  }

  /**
   * How many ready servers do not stand behind the last observation: those that it calls missing,
   * and those that have become ready since it was made.
   */
  int unseen() {
    Optional<LoadObserved> seen = observation();
    return seen.isEmpty()
        ? census.ready()
        : Math.max(seen.get().missing().size(), census.ready() - seen.get().reporting());
  }
}
