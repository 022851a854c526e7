package io.sluice.topology.forecast;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The forecast of one rule: what it has learnt of a zone's load, and what follows from it for the
 * time ahead.
 *
 * <p>Time is cut into intervals that begin at whole multiples of their length since 1970. The mean
 * of each is learnt when the first observation of a later one comes. The first whole season only
 * sets the start: until it has passed there is no forecast.
 *
 * <p>Nothing is learnt from missing data: an interval without any observation passes as it was
 * forecast, or, in the first season, as the one before it. After more than one season without an
 * observation nothing is left of what was learnt, and the forecast begins anew.
 *
 * <p>Immutable, and written as JSON with the zone's state: at most three numbers per interval of
 * the season, of six digits each. A value that was read back forecasts the same for ever. An
 * observation within an interval costs three small objects; the end of an interval copies the
 * season.
 *
 * @param metric the metric whose total is forecast
 * @param season after how long the load repeats
 * @param interval the forecast's step
 * @param horizon how far ahead it looks
 * @param open the interval under way; empty before the first observation
 * @param learnt what the closed intervals have told; empty before the first observation
 */
public record Forecast(
    Metric metric,
    Duration season,
    Duration interval,
    Duration horizon,
    Optional<OpenInterval> open,
    Optional<Learnt> learnt) {
  /** A total above this is not a load, and not learnt from. */
  public static final double TOTAL_MAX = 1e18;

  /** A forecast that knows nothing yet. */
  public static Forecast begin(ScalingRule.Predictive rule) {
    return new Forecast(
        rule.metric(),
        rule.season(),
        rule.interval(),
        rule.horizon(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether what was learnt here holds for the rule: it has the same metric, season, interval. */
  public boolean fits(ScalingRule.Predictive rule) {
    return metric.equals(rule.metric())
        && season.equals(rule.season())
        && interval.equals(rule.interval());
  }

  /**
   * The forecast for a rule that takes the place of the one so far: it keeps what was learnt if
   * that {@link #fits}, and begins anew otherwise. With another horizon the judgement of {@link
   * #error} begins anew.
   */
  public Forecast under(ScalingRule.Predictive rule) {
    if (!fits(rule)) {
      return begin(rule);
    }
    if (horizon.equals(rule.horizon())) {
      return this;
    }
    return new Forecast(
        metric,
        season,
        interval,
        rule.horizon(),
        open,
        learnt.map(known -> known.withTrack(Track.begin(rule.steps()))));
  }

  /**
   * The forecast after one more observation.
   *
   * @param time when; an earlier time than before counts as the latest so far
   * @param total the zone's mean times its servers; below 0 counts as 0; what is not a number or
   *     above {@link #TOTAL_MAX} is left out
   */
  public Forecast observe(Instant time, double total) {
    return observe(time, total, Smoothing.CHOSEN);
  }

  /**
   * The same by the rules of earlier releases: every observation of an interval counts, however far
   * it lies from the others.
   */
  public Forecast observeAll(Instant time, double total) {
    return observe(time, total, Smoothing.CHOSEN, OpenInterval::beginWhole);
  }

  /** The same with other constants, for those who compare them. */
  Forecast observe(Instant time, double total, Smoothing smoothing) {
    return observe(time, total, smoothing, OpenInterval::begin);
  }

  private Forecast observe(
      Instant time, double total, Smoothing smoothing, OpenInterval.Beginning beginning) {
    if (!(total <= TOTAL_MAX)) {
      return this;
    }
    double load = Math.max(0, total);
    long second = time.getEpochSecond();
    long index = Math.floorDiv(second, interval.toSeconds());
    if (open.isEmpty() || learnt.isEmpty()) {
      return beginAt(beginning.at(index, second, load, 0));
    }
    OpenInterval current = open.get();
    if (index <= current.index()) {
      return with(current.add(second, load), learnt);
    }
    long skipped = index - current.index() - 1;
    if (skipped > intervals()) {
      return beginAt(beginning.at(index, second, load, 0));
    }
    boolean cuts = current.usual().isPresent();
    Learnt next = learnt.get().observed(current.mean(), smoothing, cuts);
    for (long i = 0; i < skipped; i++) {
      next = next.skipped(smoothing, cuts);
    }
    return with(beginning.at(index, second, load, next.usual()), Optional.of(next));
  }

  /**
   * The largest total that is forecast for the time from the last observation to the horizon: who
   * has servers for it has enough at any moment until then, and does not take away what is needed
   * before the horizon's end. 0 or more; empty until the first whole season was seen.
   */
  public Optional<Double> ahead() {
    if (open.isEmpty() || learnt.isEmpty()) {
      return Optional.empty();
    }
    long second = open.get().second();
    long until = Math.floorDiv(second + horizon.toSeconds(), interval.toSeconds());
    return learnt.get().model().map(model -> model.peak(until, Smoothing.CHOSEN));
  }

  /** How good the forecasts were so far. */
  public ForecastError error() {
    return learnt.map(known -> known.track().error()).orElse(ForecastError.NONE);
  }

  private Forecast beginAt(OpenInterval first) {
    return with(first, Optional.of(Learnt.before(first.index(), intervals(), steps())));
  }

  private Forecast with(OpenInterval nextOpen, Optional<Learnt> nextLearnt) {
    return new Forecast(metric, season, interval, horizon, Optional.of(nextOpen), nextLearnt);
  }

  private int intervals() {
    return Math.toIntExact(season.dividedBy(interval));
  }

  /** As the rule counts them: rounded up. */
  private int steps() {
    return Math.toIntExact(horizon.plus(interval).minusMillis(1).dividedBy(interval));
  }
}
