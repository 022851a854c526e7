package io.sluice.topology.forecast;

import java.util.List;

/**
 * The forecasts that were made for the next intervals, and by how much those missed whose interval
 * has come. Two forecasts that need no model are judged beside it, on the same intervals.
 *
 * @param made the forecast for each of the next intervals, that of interval i at i modulo the size;
 *     not a number where none was made
 * @param judged how many forecasts were judged
 * @param missed the sum of what they missed by
 * @param missedAsNow the same of the forecast that the load stays as it is
 * @param missedAsLastSeason the same of the forecast that it will be as one season ago
 */
record Track(
    List<Double> made, long judged, double missed, double missedAsNow, double missedAsLastSeason) {
  Track {
    made = List.copyOf(made);
  }

  /** Nothing made and nothing judged, for forecasts of so many intervals ahead. */
  static Track begin(int steps) {
    return new Track(Digits.unknown(steps), 0, 0, 0, 0);
  }

  /** How many intervals ahead it forecasts. */
  int steps() {
    return made.size();
  }

  /**
   * After an interval has come.
   *
   * @param index which one
   * @param total what came
   * @param asNow what came as many intervals earlier as forecasts are made ahead
   * @param asLastSeason what came one season earlier
   */
  Track judge(long index, double total, double asNow, double asLastSeason) {
    double forecast = Digits.at(made, index);
    if (Double.isNaN(forecast) || Double.isNaN(asNow) || Double.isNaN(asLastSeason)) {
      return this;
    }
    return new Track(
        made,
        judged + 1,
        missed + Math.abs(forecast - total),
        missedAsNow + Math.abs(asNow - total),
        missedAsLastSeason + Math.abs(asLastSeason - total));
  }

  /** After a forecast was made at the end of this interval. */
  Track tell(long index, double forecast) {
    return new Track(
        Digits.with(made, index + steps(), Digits.rounded(forecast)),
        judged,
        missed,
        missedAsNow,
        missedAsLastSeason);
  }

  ForecastError error() {
    return judged == 0
        ? ForecastError.NONE
        : new ForecastError(
            judged, missed / judged, missedAsNow / judged, missedAsLastSeason / judged);
  }
}
