package io.sluice.topology.stream;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.observe.Flaws;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes conditions of one zone of what observe leaves out of its reports: raised when it begins,
 * and over when nothing was left out for {@link #QUIET_MILLIS}. Which of them the zone has already
 * stands in its journal; what was told and not yet read back is remembered here, and may be told
 * twice after a move. Times are of the local clock, in milliseconds.
 */
final class FlawReports {
  /** For so long nothing must have been left out before that is over. */
  static final long QUIET_MILLIS = 60_000;

  /** What was told and has not come back is told again after this. */
  private static final long AGAIN_MILLIS = 10_000;

  private final Flaw dropped;
  private final Flaw impossible;

  /** One kind of what is left out. */
  private static final class Flaw {
    private final ConditionKind kind;
    private long last;
    private long toldAt;

    private Flaw(ConditionKind kind, long now) {
      this.kind = kind;
      this.last = now;
      this.toldAt = now - AGAIN_MILLIS;
    }

    private boolean due(boolean other, long now) {
      boolean due = other && now - toldAt >= AGAIN_MILLIS;
      toldAt = due ? now : Math.min(toldAt, now);
      return due;
    }
  }

  FlawReports(long now) {
    this.dropped = new Flaw(ConditionKind.METRICS_DROPPED, now);
    this.impossible = new Flaw(ConditionKind.IMPOSSIBLE_FIGURE, now);
  }

  /** What is to be told now of what was left out since this was last asked. */
  List<FleetEvent> after(Zone zone, Flaws.Left left, long now) {
    List<FleetEvent> told = new ArrayList<>();
    dropped.last = left.dropped() > 0 ? now : Math.min(dropped.last, now);
    impossible.last = left.impossible() > 0 ? now : Math.min(impossible.last, now);
    left.droppedLast()
        .flatMap(metric -> raised(zone, dropped, dropped(metric), now))
        .ifPresent(told::add);
    left.impossibleLast()
        .flatMap(figure -> raised(zone, impossible, impossible(zone, figure), now))
        .ifPresent(told::add);
    cleared(zone, dropped, now).ifPresent(told::add);
    cleared(zone, impossible, now).ifPresent(told::add);
    return told;
  }

  private static Optional<FleetEvent> raised(Zone zone, Flaw flaw, Condition condition, long now) {
    return flaw.due(!isKnown(zone, flaw), now)
        ? Optional.of(new ConditionRaised(zone.id(), Instant.ofEpochMilli(now), condition))
        : Optional.empty();
  }

  private static Optional<FleetEvent> cleared(Zone zone, Flaw flaw, long now) {
    boolean over = isKnown(zone, flaw) && now - flaw.last >= QUIET_MILLIS;
    return flaw.due(over, now)
        ? Optional.of(
            new ConditionCleared(zone.id(), Instant.ofEpochMilli(now), flaw.kind, Optional.empty()))
        : Optional.empty();
  }

  private static boolean isKnown(Zone zone, Flaw flaw) {
    return zone.conditions().stream().anyMatch(one -> one.is(flaw.kind, Optional.empty()));
  }

  private static Condition dropped(Metric metric) {
    return new Condition(
        ConditionKind.METRICS_DROPPED,
        Optional.empty(),
        Sentence.of(
            "its servers report more metrics than are kept beside those that its rules use: '%s',"
                + " for one, is left out",
            metric),
        Optional.empty(),
        "report fewer metrics, under names that stay the same");
  }

  private static Condition impossible(Zone zone, Flaws.Impossible one) {
    String expected = one.metric().isPercentage() ? "0 to 100, a share in percent" : "0 or more";
    return new Condition(
        ConditionKind.IMPOSSIBLE_FIGURE,
        Optional.empty(),
        Sentence.of(
            "server %s-%d reports %s %s, expected %s: it counts as not having reported it, and"
                + " nothing scales in on what is missing",
            zone.id(), one.server(), one.metric(), one.figure(), expected),
        Optional.empty(),
        "report what was measured, and leave a figure out that is not known");
  }
}
