package io.sluice.topology.forecast;

import java.util.List;
import java.util.Optional;

/**
 * What the closed intervals have told.
 *
 * @param first the interval that it began with, counted from 1970
 * @param last the last closed interval
 * @param past the means of the last season, interval i at i modulo the size; not a number for one
 *     without observations
 * @param model the forecast proper; empty until a whole season has passed
 * @param track how good it was
 */
record Learnt(long first, long last, List<Double> past, Optional<HoltWinters> model, Track track) {
  Learnt {
    past = List.copyOf(past);
  }

  /** Nothing yet: the first interval is still to come. */
  static Learnt before(long first, int intervals, int steps) {
    return new Learnt(
        first, first - 1, Digits.unknown(intervals), Optional.empty(), Track.begin(steps));
  }

  /** After the next interval, of which this is the mean. */
  Learnt observed(double total, Smoothing smoothing) {
    long next = last + 1;
    Track judged =
        track.judge(next, total, Digits.at(past, next - track.steps()), Digits.at(past, next));
    return with(
        model.map(known -> known.learn(total, smoothing)),
        Digits.with(past, next, total),
        judged,
        smoothing);
  }

  /** After the next interval, of which nothing was observed. */
  Learnt skipped(Smoothing smoothing) {
    return with(
        model.map(known -> known.skip(smoothing)),
        Digits.with(past, last + 1, Double.NaN),
        track,
        smoothing);
  }

  /** The largest interval of the last season; 0 until a whole one is known. */
  double usual() {
    double most = 0;
    for (double total : past) {
      most = total > most ? total : most;
    }
    return model.isPresent() ? most : 0;
  }

  Learnt withTrack(Track other) {
    return new Learnt(first, last, past, model, other);
  }

  private Learnt with(
      Optional<HoltWinters> learnt, List<Double> totals, Track judged, Smoothing smoothing) {
    long next = last + 1;
    boolean whole = learnt.isEmpty() && next - first + 1 >= totals.size();
    Optional<HoltWinters> known =
        whole ? Optional.of(HoltWinters.after(next, filled(totals))) : learnt;
    Track told =
        known
            .map(forecaster -> judged.tell(next, forecaster.forecast(judged.steps(), smoothing)))
            .orElse(judged);
    return new Learnt(first, next, totals, known, told);
  }

  /** The first season, with each interval without observations as the one before it. */
  private List<Double> filled(List<Double> totals) {
    Double[] season = totals.toArray(new Double[0]);
    for (long index = first + 1; index < first + season.length; index++) {
      int place = Math.floorMod(index, season.length);
      if (season[place].isNaN()) {
        season[place] = season[Math.floorMod(index - 1, season.length)];
      }
    }
    return List.of(season);
  }
}
