package io.sluice.topology.forecast;

import io.sluice.schemas.text.Sentence;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Several forecasters side by side, weighed by how good each of them was of late. It takes a load
 * interval by interval, y(t), and forecasts it h intervals ahead, where a season has m of them.
 *
 * <pre>
 *   as now             y(t)
 *   trend              y(t) + min(h, 3) · d(t)        d = 0.7 d + 0.3 (y(t) − y(t−1))
 *   season ago         y(t+h−m)
 *   … plus error       y(t+h−m) + c · (y(t) − y(t−m))             c = 1 and ½
 *   profile            p(t+h)                         p(t) += 0.3 (y(t) − p(t)), one a season
 *   … plus error       p(t+h) + c · (y(t) − p(t))     c = 1, 0.8 and ½
 *   between            ½ y(t) + ½ p(t+h)
 *   Holt-Winters       slow and quick, see {@link Smoothing}
 * </pre>
 *
 * <p>Each expert k has an error e(k): the mean of what its forecasts missed by, in which what lies
 * {@value #MEMORY} intervals back counts half. One miss counts at most ten times what "as now"
 * misses by. The forecast is the mean of all, weighed by e(k) to the power of −16, so that those
 * that are as good as the best take part and the others hardly do. Where it missed by more of late
 * than "as now" did, it keeps quiet: "as now" is the forecast.
 *
 * <p>An interval that differs from the one before by more than thirty times what they usually
 * differ by is cut: it counts as the one before. Two of them one after the other are a new level,
 * and count.
 *
 * <p>A step costs the same whatever was before; all figures are products and sums in a fixed order,
 * so that two machines come to the same. Mutable, and for one thread.
 */
// Figures of the experts stand in arrays in their order, which nobody outside sees.
@SuppressWarnings("EnumOrdinal")
final class Experts {
  /** After so many intervals what was missed counts half. */
  static final int MEMORY = 72;

  /** The names of the experts, in the order of their errors. */
  enum Expert {
    /** The load stays as it is. */
    AS_NOW,
    /** It goes on as it moves. */
    TREND,
    /** It is as one season ago. */
    SEASON_AGO,
    /** As one season ago, and as much beside it as now. */
    SEASON_AGO_PLUS_ERROR,
    /** Half as much beside it. */
    SEASON_AGO_PLUS_HALF,
    /** As the seasons were on average. */
    PROFILE,
    /** As they were on average, and as much beside it as now. */
    PROFILE_PLUS_ERROR,
    /** Four fifths as much beside it. */
    PROFILE_PLUS_MOST,
    /** Half as much beside it. */
    PROFILE_PLUS_HALF,
    /** In the middle of what is and what is on average. */
    BETWEEN,
    /** Holt-Winters that hardly follows. */
    SLOW,
    /** Holt-Winters that follows. */
    QUICK
  }

  private static final int COUNT = Expert.values().length;
  private static final int TREND_STEPS_MAX = 3;
  private static final double TREND_SHARE = 0.3;
  private static final double PROFILE_SHARE = 0.3;
  private static final double MOST = 0.8;

  /** 0.5 to the power of 1 ÷ {@link #MEMORY}. */
  private static final double KEPT = 0.990419;

  private static final double MISS_MAX = 10;
  private static final double CUT = 30;
  private static final int SETTLED = 20;
  private static final double TINY = 1e-12;

  private static final Smoothing QUICK_SMOOTHING = new Smoothing(0.4, 0.01, 0.2, 0.9);

  /** Additive Holt-Winters with a damped trend, in place. */
  private static final class Seasonal {
    private final Smoothing smoothing;
    private final double[] season;
    private double level;
    private double trend;
    private int next;

    Seasonal(double[] first, Smoothing smoothing) {
      this.smoothing = smoothing;
      this.season = new double[first.length];
      double sum = 0;
      for (double value : first) {
        sum += value;
      }
      level = sum / first.length;
      for (int i = 0; i < first.length; i++) {
        season[i] = first[i] - level;
      }
    }

    void learn(double value) {
      double seasonal = season[next];
      double damped = smoothing.damping() * trend;
      double before = level;
      level = before + damped + smoothing.level() * (value - seasonal - before - damped);
      trend = damped + smoothing.trend() * (level - before - damped);
      season[next] = seasonal + smoothing.season() * (value - before - damped - seasonal);
      next = (next + 1) % season.length;
    }

    double forecast(int steps) {
      double reach = 0;
      double damping = 1;
      for (int i = 0; i < steps; i++) {
        damping *= smoothing.damping();
        reach += damping;
      }
      return level + reach * trend + season[(next + steps - 1) % season.length];
    }
  }

  private final int steps;
  private final double[] past;
  private final double[] profile;

  /** What was forecast for each of the next intervals: each expert, all together, what was told. */
  private final double[][] made;

  private final boolean[] isMade;
  private final double[] errors = new double[COUNT];
  private double mixedError;
  private double usualMiss;
  private double usualChange;
  private double moving;
  private boolean wasCut;
  private long count;
  private long weighed;
  private long judged;
  private double missed;
  private double missedAsNow;
  private double missedSeasonAgo;
  private Seasonal slow = new Seasonal(new double[] {0}, Smoothing.CHOSEN);
  private Seasonal quick = new Seasonal(new double[] {0}, QUICK_SMOOTHING);

  /**
   * Experts that know nothing yet.
   *
   * @param season how many intervals a season has, 2 or more
   * @param steps how many intervals ahead they forecast, 1 to {@code season}
   */
  Experts(int season, int steps) {
    if (season < 2 || steps < 1 || steps > season) {
      throw new IllegalArgumentException(
          Sentence.of(
              "season of %d intervals, %d ahead: expected 2 or more, and 1 up to a season",
              season, steps));
    }
    this.steps = steps;
    this.past = new double[season];
    this.profile = new double[season];
    this.made = new double[steps][COUNT + 2];
    this.isMade = new boolean[steps];
    Arrays.fill(errors, TINY);
  }

  /**
   * Takes the next interval.
   *
   * @param total its mean, 0 or more
   */
  void learn(double total) {
    judge(total);
    double value = cut(total);
    int place = (int) (count % past.length);
    if (count < past.length) {
      profile[place] = value;
    }
    double before = count == 0 ? value : past[(int) ((count - 1) % past.length)];
    double seasonAgo = past[place];
    double off = value - profile[place];
    moving += TREND_SHARE * (value - before - moving);
    past[place] = value;
    count++;
    if (count < past.length) {
      return;
    }
    if (count == past.length) {
      slow = new Seasonal(past, Smoothing.CHOSEN);
      quick = new Seasonal(past, QUICK_SMOOTHING);
    } else {
      profile[place] += PROFILE_SHARE * off;
      slow.learn(value);
      quick.learn(value);
    }
    make(value, value - (count == past.length ? value : seasonAgo), off);
  }

  /** The value that counts for one that came. */
  private double cut(double total) {
    if (count == 0) {
      return total;
    }
    double last = past[(int) ((count - 1) % past.length)];
    double change = Math.abs(total - last);
    boolean settled = count > past.length + SETTLED;
    if (settled && !wasCut && change > CUT * usualChange) {
      wasCut = true;
      return last;
    }
    wasCut = false;
    double counted = settled ? Math.min(change, CUT * usualChange + TINY) : change;
    usualChange = KEPT * usualChange + (1 - KEPT) * counted;
    return total;
  }

  private void make(double value, double beside, double off) {
    int ahead = (int) ((count - 1 + steps) % past.length);
    double[] row = made[(int) ((count - 1) % steps)];
    double ago = past[ahead];
    double usual = profile[ahead];
    set(row, Expert.AS_NOW, value);
    set(row, Expert.TREND, value + Math.min(steps, TREND_STEPS_MAX) * moving);
    set(row, Expert.SEASON_AGO, ago);
    set(row, Expert.SEASON_AGO_PLUS_ERROR, ago + beside);
    set(row, Expert.SEASON_AGO_PLUS_HALF, ago + beside / 2);
    set(row, Expert.PROFILE, usual);
    set(row, Expert.PROFILE_PLUS_ERROR, usual + off);
    set(row, Expert.PROFILE_PLUS_MOST, usual + MOST * off);
    set(row, Expert.PROFILE_PLUS_HALF, usual + off / 2);
    set(row, Expert.BETWEEN, (value + usual) / 2);
    set(row, Expert.SLOW, slow.forecast(steps));
    set(row, Expert.QUICK, quick.forecast(steps));
    row[COUNT] = mixed(row);
    row[COUNT + 1] = quiet() ? value : row[COUNT];
    isMade[(int) ((count - 1) % steps)] = true;
  }

  private static void set(double[] row, Expert expert, double value) {
    row[expert.ordinal()] = Math.max(0, value);
  }

  private double mixed(double[] row) {
    double best = Double.MAX_VALUE;
    for (double error : errors) {
      best = Math.min(best, error);
    }
    double sum = 0;
    double weights = 0;
    for (int k = 0; k < COUNT; k++) {
      double weight = best / errors[k];
      weight *= weight;
      weight *= weight;
      weight *= weight;
      weight *= weight;
      sum += weight * row[k];
      weights += weight;
    }
    return sum / weights;
  }

  private void judge(double total) {
    int place = (int) (count % steps);
    if (!isMade[place]) {
      return;
    }
    double[] row = made[place];
    weighed++;
    double base = Math.abs(row[Expert.AS_NOW.ordinal()] - total);
    double most = weighed > SETTLED ? MISS_MAX * usualMiss + TINY : Double.MAX_VALUE;
    for (int k = 0; k < COUNT; k++) {
      errors[k] = KEPT * errors[k] + (1 - KEPT) * Math.min(Math.abs(row[k] - total), most);
    }
    mixedError = KEPT * mixedError + (1 - KEPT) * Math.min(Math.abs(row[COUNT] - total), most);
    usualMiss = KEPT * usualMiss + (1 - KEPT) * Math.min(base, 2 * most);
    // "A season ago" needs one more season before it can be compared.
    if (count >= 2L * past.length) {
      missed += Math.abs(row[COUNT + 1] - total);
      missedAsNow += base;
      missedSeasonAgo += Math.abs(row[Expert.SEASON_AGO.ordinal()] - total);
      judged++;
    }
  }

  /** Whether it is worse than "as now" of late, and says what that says. */
  boolean quiet() {
    return weighed > SETTLED && mixedError > errors[Expert.AS_NOW.ordinal()];
  }

  /** The load so many intervals after the last one; empty until a whole season has passed. */
  OptionalDouble forecast() {
    return count < past.length
        ? OptionalDouble.empty()
        : OptionalDouble.of(made[(int) ((count - 1) % steps)][COUNT + 1]);
  }

  /** What one of them says; only once there is a forecast. */
  double forecast(Expert expert) {
    return made[(int) ((count - 1) % steps)][expert.ordinal()];
  }

  /** The error of an expert of late, in the load's unit. */
  double error(Expert expert) {
    return errors[expert.ordinal()];
  }

  /** How good the forecasts were that were told, from the third season on. */
  ForecastError error() {
    return judged == 0
        ? ForecastError.NONE
        : new ForecastError(
            judged, missed / judged, missedAsNow / judged, missedSeasonAgo / judged);
  }
}
