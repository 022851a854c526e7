package io.sluice.topology.forecast;

import java.util.Comparator;
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
  /** Of fewer intervals three tell too little of what is usual. */
  private static final int CUT_MIN = 6;

  Learnt {
    past = List.copyOf(past);
  }

  /** Nothing yet: the first interval is still to come. */
  static Learnt before(long first, int intervals, int steps) {
    return new Learnt(
        first, first - 1, Digits.unknown(intervals), Optional.empty(), Track.begin(steps));
  }

  /** After the next interval, of which this is the mean. */
  Learnt observed(double total, Smoothing smoothing, boolean cuts) {
    long next = last + 1;
    Track judged =
        track.judge(next, total, Digits.at(past, next - track.steps()), Digits.at(past, next));
    return with(
        model.map(known -> known.learn(total, smoothing)),
        Digits.with(past, next, total),
        judged,
        smoothing,
        cuts);
  }

  /** After the next interval, of which nothing was observed. */
  Learnt skipped(Smoothing smoothing, boolean cuts) {
    return with(
        model.map(known -> known.skip(smoothing)),
        Digits.with(past, last + 1, Double.NaN),
        track,
        smoothing,
        cuts);
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
      Optional<HoltWinters> learnt,
      List<Double> observed,
      Track judged,
      Smoothing smoothing,
      boolean cuts) {
    long next = last + 1;
    boolean whole = learnt.isEmpty() && next - first + 1 >= observed.size();
    List<Double> totals = whole && cuts ? cut(observed) : observed;
    Optional<HoltWinters> known =
        whole ? Optional.of(HoltWinters.after(next, filled(totals))) : learnt;
    Track told =
        known
            .map(forecaster -> judged.tell(next, forecaster.forecast(judged.steps(), smoothing)))
            .orElse(judged);
    return new Learnt(first, next, totals, known, told);
  }

  /**
   * The first season without a figure that can't be, which nothing before it shows: it stands in
   * one interval, or in two where it came at an end of one, so that the third largest is one that
   * was. More than {@link OpenInterval#GROWTH_MAX} times that is learnt as so much.
   */
  private static List<Double> cut(List<Double> totals) {
    List<Double> largest =
        totals.stream().filter(total -> !total.isNaN()).sorted(Comparator.reverseOrder()).toList();
    double third = largest.size() < CUT_MIN ? 0 : largest.get(2);
    double most = third > 0 ? third * OpenInterval.GROWTH_MAX : Double.MAX_VALUE;
    // What is not a number stays so.
    return totals.stream().map(total -> total > most ? Digits.rounded(most) : total).toList();
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
