package io.sluice.topology.forecast;

/**
 * How fast the parts of a forecast follow what comes.
 *
 * @param level share of a deviation that the level takes over, 0 to 1 (α)
 * @param trend share of the level's move that the trend takes over, 0 to 1 (β)
 * @param season share of a deviation that the season takes over, 0 to 1 − {@code level} (γ)
 * @param damping what is left of the trend after each interval, 0 to 1 (φ)
 */
record Smoothing(double level, double trend, double season, double damping) {
  /**
   * What every forecast uses: the best with a trend of a grid over five recorded load curves of the
   * Numenta Anomaly Benchmark (five minutes a value, 14 to 62 days), with a season of a day,
   * intervals of 5 and 10 minutes, and 10, 30 and 60 minutes ahead. One with no trend at all was
   * 0.2 percent better, but never takes part in a growth over weeks.
   *
   * <p>The mean absolute error, divided by that of two forecasts that need no model, from the best
   * to the worst of the intervals and horizons:
   *
   * <pre>
   *   curve                             as now          as a day ago
   *   cpu_utilization_asg_misconfig…    0.30 – 1.72     1.02 – 1.14
   *   ec2_cpu_utilization_5f5533        0.70 – 0.83     0.65 – 0.76
   *   ec2_cpu_utilization_77c1ca        1.10 – 1.99     1.00 – 1.16
   *   elb_request_count_8c0756          0.86 – 0.89     0.84 – 0.86
   *   rds_cpu_utilization_cc0c53        0.87 – 0.97     0.31 – 0.39
   *   geometric mean                    0.87            0.75
   * </pre>
   *
   * <p>So it is not better everywhere. 77c1ca has bursts at no fixed time of day: nothing that goes
   * by the time of day forecasts them. The first one repeats every hour: one hour ahead it is best
   * forecast as it is now, and a rule for it would have a season of an hour. Whether it is better
   * for a zone is what {@link Forecast#error} says; the survey in the tests, {@code
   * ForecastSurvey}, prints the whole table for any directory of curves.
   */
  static final Smoothing CHOSEN = new Smoothing(0.1, 0.01, 0.3, 0.9);
}
