package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The figures that the leader asks others for: each that comes is a fact, and of those that do not
 * the zone is in the condition {@code load-unknown}. Nothing is ever changed by one that is
 * missing; how long the last one holds stands in its fact.
 *
 * <p>What was heard is soft state of a term: another leader asks anew, and leaves the condition
 * alone until it has heard of all of the zone's sources.
 */
final class OutsideLoads {
  /** How often a reason that changes with each question is told anew. */
  private static final Duration RETELL = Duration.ofMinutes(1);

  private final Map<ZoneId, Heard> zones = new HashMap<>();

  /** What was heard of a zone's sources in this term. */
  private static final class Heard {
    private final Set<Metric> open;
    private final SortedMap<Metric, Missing> missing = new TreeMap<>();

    Heard(Set<Metric> sources) {
      this.open = new HashSet<>(sources);
    }
  }

  /**
   * A figure that does not come.
   *
   * @param since from when on
   * @param why the reason that was told
   * @param told when it was
   */
  private record Missing(Instant since, String why, Instant told) {
    Missing because(String reason, Instant now) {
      return reason.equals(why) || now.isBefore(told.plus(RETELL))
          ? this
          : new Missing(since, reason, now);
    }
  }

  void hear(Step step, LoadNews news) {
    ZoneId zone = news.zone();
    if (!step.runs(zone) || step.view().zone(zone).life().stage() != ZoneLife.Stage.DECLARED) {
      return;
    }
    switch (news) {
      case LoadNews.Sources(var _, Set<Metric> metrics) -> zones.put(zone, new Heard(metrics));
      case LoadNews.Told(var _, Metric metric, var value, var validFor, var source) -> {
        Heard heard = heard(zone);
        heard.open.remove(metric);
        heard.missing.remove(metric);
        step.tell(
            new LoadReported(zone, step.now(), metric, value, validFor, source, Actor.SLUICE));
      }
      case LoadNews.Unknown(var _, Metric metric, String why) -> {
        Heard heard = heard(zone);
        heard.open.remove(metric);
        heard.missing.merge(
            metric,
            new Missing(step.now(), why, step.now()),
            (known, again) -> known.because(again.why(), again.told()));
      }
    }
    tell(step, zone, heard(zone));
  }

  private Heard heard(ZoneId zone) {
    return zones.computeIfAbsent(zone, _ -> new Heard(Set.of()));
  }

  private static void tell(Step step, ZoneId zone, Heard heard) {
    if (!heard.missing.isEmpty()) {
      Conditions.loadUnknown(
          step,
          zone,
          heard.missing.entrySet().stream()
              .map(entry ->
                  "%s is not known since %s: %s"
                      .formatted(
                          entry.getKey(),
                          entry.getValue().since().truncatedTo(ChronoUnit.SECONDS),
                          entry.getValue().why()))
              .collect(Collectors.joining("; ")));
    } else if (heard.open.isEmpty()) {
      Conditions.clear(step, zone, ConditionKind.LOAD_UNKNOWN, Optional.empty());
    }
  }
}
