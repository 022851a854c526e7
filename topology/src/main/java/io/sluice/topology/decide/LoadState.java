package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is remembered of a zone's loads, beside the last observation.
 *
 * @param trial the growth by latency that has to show that it helps, or has shown that it does not
 * @param outside the figures that came from outside, also those that hold no more
 */
public record LoadState(
    Optional<LatencyTrial> trial,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<Metric, OutsideLoad> outside) {
  /** Nothing. */
  public static final LoadState NONE = new LoadState(Optional.empty(), new TreeMap<>());

  /** More figures from outside than rules can name are not kept. */
  static final int OUTSIDE_MAX = 64;

  /** Copies the figures. */
  public LoadState {
    outside = Collections.unmodifiableSortedMap(new TreeMap<>(outside));
  }

  /** A figure from outside that holds at this moment. */
  Optional<OutsideLoad> outside(Metric metric, Instant time) {
    return outside.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(outside.get(metric)).filter(load -> time.isBefore(load.until()));
  }

  /** What holds of what came from outside. */
  SortedMap<Metric, OutsideLoad> outsideAt(Instant time) {
    SortedMap<Metric, OutsideLoad> holding = new TreeMap<>(outside);
    holding.values().removeIf(load -> !time.isBefore(load.until()));
    return holding;
  }

  /** The last figure always holds: of too many, one that no rule names goes, the oldest first. */
  LoadState after(LoadReported reported, Instant time, ZonePolicy policy) {
    SortedMap<Metric, OutsideLoad> next = outsideAt(time);
    if (!next.containsKey(reported.metric()) && next.size() >= OUTSIDE_MAX) {
      List<Metric> named = Rules.metrics(policy);
      next.entrySet().stream()
          .min(
              Comparator.<Map.Entry<Metric, OutsideLoad>, Boolean>comparing(
                      load -> named.contains(load.getKey()))
                  .thenComparing(load -> load.getValue().until()))
          .map(Map.Entry::getKey)
          .ifPresent(oldest -> next.keySet().remove(oldest));
    }
    next.put(
        reported.metric(),
        new OutsideLoad(reported.value(), time.plus(reported.validFor()), reported.source()));
    return new LoadState(trial, next);
  }

  LoadState after(LoadObserved seen, boolean settled, Instant time, ZonePolicy policy) {
    return trial.isEmpty()
        ? this
        : new LoadState(trial.get().after(seen, settled, time, policy), outside);
  }

  /** A zone that is grown, or taken back before that has shown anything, is another one. */
  LoadState after(ScaleCommand command, ZonePolicy policy) {
    if (command.to() == command.from()) {
      return this;
    }
    boolean takenBack = command.to() < command.from();
    boolean goesOn = takenBack && trial.filter(LatencyTrial::failed).isPresent();
    return goesOn ? this : new LoadState(LatencyTrial.begunBy(command, policy), outside);
  }

  /** Without a trial: somebody has set other limits, or another number. */
  LoadState tryingNothing() {
    return trial.isEmpty() ? this : new LoadState(Optional.empty(), outside);
  }
}
