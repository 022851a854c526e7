package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * What a decision is made from: the zone's state with the fact in it, and the fact.
 *
 * @param state the zone's state after the fact and before the decision
 * @param census its servers, counted
 * @param bounds how many servers it may have at this moment
 * @param cause the record that is decided on
 */
record Context(ZoneState state, Census census, Bounds bounds, JournalRecord cause) {
  static Context of(ZoneState state, JournalRecord cause) {
    return new Context(
        state, Census.of(state), Bounds.of(state.zone().policy(), state.time()), cause);
  }

  /** The same with a wish taken into what is remembered. */
  Context remembering(int wish) {
    ZoneState next =
        state.with(state.recent().with(state.time(), bounds.clamp(wish), policy().limits()));
    return new Context(next, census, bounds, cause);
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
   * How many ready servers do not stand behind the last observed mean of a metric, though they
   * should: those that did not report it, and those that have become ready since.
   */
  int unseen(Metric metric) {
    if (outside(metric).isPresent()) {
      return 0;
    }
    LoadObserved seen = observation().orElse(null);
    if (seen == null) {
      return census.ready();
    }
    Mean mean = seen.load().get(metric);
    if (mean != null && mean.byBalancers()) {
      // Who reports nothing itself may well have requests.
      return Math.max(0, census.ready() - mean.servers() - seen.warmingCount());
    }
    int silent = Math.max(0, seen.reporting() - seen.reporting(metric));
    return Math.max(
        seen.missingCount() + silent,
        census.ready() - seen.reporting(metric) - seen.warmingCount());
  }

  /** A figure of the whole zone that came from outside of it, and holds. */
  Optional<OutsideLoad> outside(Metric metric) {
    return state.loads().outside(metric, time());
  }

  /** How many servers are ready, but not yet long enough for their load to count. */
  int warming() {
    LoadObserved seen = observation().orElse(null);
    return seen == null ? 0 : seen.warmingCount();
  }

  /** How many servers are on their way to bearing load: starting, or warming up. */
  int cold() {
    return census.unready() + warming();
  }

  /** Whether the last observation knows of every server that is ready. */
  boolean observed() {
    return observation()
        .filter(
            seen -> census.ready() <= seen.reporting() + seen.missingCount() + seen.warmingCount())
        .isPresent();
  }

  /**
   * Whether the load shows what the last change did. What still leaves bears less and less of it:
   * that is no reason to keep a loaded zone from growing, and one to wait before it shrinks again.
   */
  boolean settled(boolean grows) {
    return cold() == 0 && census.live() == desired() && (grows || census.leaving() == 0);
  }
}
