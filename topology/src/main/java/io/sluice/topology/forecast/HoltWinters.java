package io.sluice.topology.forecast;

import java.util.List;

/**
 * Additive Holt-Winters with a damped trend: a level, a trend, and for each interval of the season
 * how far it lies from the level.
 *
 * <p>The method is P. R. Winters, <i>Forecasting Sales by Exponentially Weighted Moving
 * Averages</i> (Management Science 6, 1960), in the form of R. J. Hyndman and G. Athanasopoulos,
 * <i>Forecasting: Principles and Practice</i>, 3rd edition, sections 8.2 to 8.4. With y for what
 * came, m intervals in a season, and h ahead:
 *
 * <pre>
 *   level    l(t) = α (y(t) − s(t−m)) + (1 − α) (l(t−1) + φ b(t−1))
 *   trend    b(t) = β (l(t) − l(t−1)) + (1 − β) φ b(t−1)
 *   season   s(t) = γ (y(t) − l(t−1) − φ b(t−1)) + (1 − γ) s(t−m)
 *   forecast        l(t) + (φ + φ² + … + φ^h) b(t) + the season's last value for t+h
 * </pre>
 *
 * <p>The damping bounds what the trend can add: however far ahead, φ ÷ (1 − φ) of its last value.
 *
 * @param last the interval that was learnt last, counted from 1970
 * @param level where the load lies without its season
 * @param trend how much it moves per interval
 * @param season the deviation of each interval; that of interval i at i modulo the size
 */
record HoltWinters(long last, double level, double trend, List<Double> season) {
  HoltWinters {
    season = List.copyOf(season);
  }

  /**
   * The start after a whole season: the level is its mean, there is no trend, and the season is
   * what deviates from the mean.
   *
   * @param last the season's last interval
   * @param totals the season, interval i at i modulo the size
   */
  static HoltWinters after(long last, List<Double> totals) {
    double sum = 0;
    for (double total : totals) {
      sum += total;
    }
    double mean = sum / totals.size();
    return new HoltWinters(
        last, mean, 0, totals.stream().map(total -> Digits.rounded(total - mean)).toList());
  }

  /** After the next interval, of which this came. */
  HoltWinters learn(double total, Smoothing smoothing) {
    long next = last + 1;
    double seasonal = Digits.at(season, next);
    double damped = smoothing.damping() * trend;
    double nextLevel = level + damped + smoothing.level() * (total - seasonal - level - damped);
    double nextTrend = damped + smoothing.trend() * (nextLevel - level - damped);
    double nextSeasonal = seasonal + smoothing.season() * (total - level - damped - seasonal);
    return new HoltWinters(
        next, nextLevel, nextTrend, Digits.with(season, next, Digits.rounded(nextSeasonal)));
  }

  /** After the next interval, which passed as it was forecast. */
  HoltWinters skip(Smoothing smoothing) {
    double damped = smoothing.damping() * trend;
    return new HoltWinters(last + 1, level + damped, damped, season);
  }

  /** The forecast so many intervals ahead, 1 or more; not below 0. */
  double forecast(int steps, Smoothing smoothing) {
    double reach = 0;
    double damping = 1;
    for (int i = 0; i < steps; i++) {
      damping *= smoothing.damping();
      reach += damping;
    }
    return Math.max(0, level + reach * trend + Digits.at(season, last + steps));
  }

  /** The largest forecast of the intervals from the next one to this one; not below 0. */
  double peak(long until, Smoothing smoothing) {
    double largest = 0;
    double reach = 0;
    double damping = 1;
    for (long index = last + 1; index <= until; index++) {
      damping *= smoothing.damping();
      reach += damping;
      largest = Math.max(largest, level + reach * trend + Digits.at(season, index));
    }
    return largest;
  }
}
