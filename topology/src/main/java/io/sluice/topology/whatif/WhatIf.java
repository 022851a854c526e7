package io.sluice.topology.whatif;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A load under several policies: each goes through the whole time with a modelled fleet of its own.
 */
public final class WhatIf {
  /** The load above which time counts as over the target, in percent of the servers' capacity. */
  public static final double TARGET_DEFAULT = 80;

  private static final double PERCENT = 100;
  private static final long SECONDS_PER_STEP = 3_600;

  private final Workload workload;
  private final FleetTimings timings;
  private final double target;
  private final long first;
  private final long end;

  /**
   * The whole workload.
   *
   * @param target the load that is not to be exceeded, in percent, more than 0
   * @throws IllegalArgumentException if the target is not above 0, or the workload is shorter than
   *     a second
   */
  public WhatIf(Workload workload, FleetTimings timings, double target) {
    this(workload, timings, target, workload.from(), workload.to());
  }

  /**
   * The workload from one moment to another.
   *
   * @param from not before the workload's first moment
   * @param to not after its last one
   * @throws IllegalArgumentException if the target is not above 0, if a moment is outside of the
   *     workload, or if there is less than a second between them
   */
  public WhatIf(Workload workload, FleetTimings timings, double target, Instant from, Instant to) {
    if (!(target > 0 && Double.isFinite(target))) {
      throw new IllegalArgumentException(
          Sentence.of("target %s: expected a number of percent above 0", target));
    }
    if (from.isBefore(workload.from()) || to.isAfter(workload.to())) {
      throw new IllegalArgumentException(
          Sentence.of(
              "from %s to %s: expected times within %s, %s to %s",
              from, to, workload.source(), workload.from(), workload.to()));
    }
    this.workload = workload;
    this.timings = timings;
    this.target = target;
    this.first = from.getNano() == 0 ? from.getEpochSecond() : from.getEpochSecond() + 1;
    this.end = to.getEpochSecond();
    if (end <= first) {
      throw new IllegalArgumentException(
          Sentence.of("from %s to %s: expected at least a second between them", from, to));
    }
  }

  /** How many seconds each policy goes through. */
  public long seconds() {
    return end - first;
  }

  /**
   * Runs the policies, one after the other.
   *
   * @param recorded what really happened, which is scored like the policies; empty: nothing did
   * @param policies one or more
   * @param progress is told now and then how many more seconds have been gone through
   * @throws ConfigException if a rule goes by a metric that the workload does not have
   */
  public Comparison run(
      Optional<ZoneRecording> recorded, List<NamedPolicy> policies, LongConsumer progress) {
    refuse(policies);
    List<Outcome> outcomes = new ArrayList<>();
    List<Trail> trails = new ArrayList<>();
    int servers = recorded.map(zone -> zone.readyAt(first)).orElseGet(this::serversAtFirst);
    recorded.ifPresent(zone -> {
      Trail trail = new Trail("recorded", first, seconds());
      outcomes.add(follow(zone.course(first), trail, progress));
      trails.add(trail);
    });
    for (NamedPolicy named : policies) {
      Trail trail = new Trail(named.name(), first, seconds());
      Course zone = new ModelledZone(named.policy(), workload, timings, servers, first);
      outcomes.add(follow(zone, trail, progress));
      trails.add(trail);
    }
    return new Comparison(report(outcomes), trails);
  }

  private void refuse(List<NamedPolicy> policies) {
    List<Problem> problems = new ArrayList<>();
    policies.forEach(named -> problems.addAll(workload.problems(named)));
    if (!problems.isEmpty()) {
      throw new ConfigException("policies", problems);
    }
  }

  /** As many servers as the first moment's demand needs to stay at the target. */
  private int serversAtFirst() {
    double needed = workload.demand().cursor().value(first) / workload.capacity();
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(needed * PERCENT / target));
  }

  private Outcome follow(Course course, Trail trail, LongConsumer progress) {
    Curve.Cursor demand = workload.demand().cursor();
    Score score = new Score(workload.capacity(), target, course.wanted());
    for (long second = first; second < end; second++) {
      course.tick(second);
      double now = demand.value(second);
      score.add(second, now, course);
      trail.add(second, now / workload.capacity(), score.load(now, course.ready()), course.ready());
      if ((second - first + 1) % SECONDS_PER_STEP == 0) {
        progress.accept(SECONDS_PER_STEP);
      }
    }
    progress.accept(seconds() % SECONDS_PER_STEP);
    return score.outcome(trail.name(), course.forecastError());
  }

  private Report report(List<Outcome> outcomes) {
    return new Report(
        workload.source(),
        Instant.ofEpochSecond(first),
        Instant.ofEpochSecond(end),
        workload.capacity(),
        timings.startUp(),
        timings.drain(),
        target,
        outcomes);
  }
}
