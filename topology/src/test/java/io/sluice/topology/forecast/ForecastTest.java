package io.sluice.topology.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastTest {
  /** A whole number of seasons of two, three and four intervals after 1970. */
  private static final Instant START = Instant.ofEpochSecond(12_000_000);

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @Test
  void thereIsNoForecastUntilAWholeSeasonHasPassed() {
    Forecast forecast = Forecast.begin(rule(3, 1));
    assertThat(forecast.ahead()).isEmpty();
    for (int i = 0; i < 3; i++) {
      forecast = forecast.observe(at(i), 5);
      assertThat(forecast.ahead()).isEmpty();
    }

    assertThat(forecast.observe(at(3), 5).ahead()).contains(5.0);
  }

  @Test
  void theFirstSeasonIsTheStartTheLevelIsItsMeanAndTheSeasonWhatDeviates() {
    Forecast forecast = observe(Forecast.begin(rule(3, 1)), 0, 10, 20, 60, 10);

    HoltWinters model = forecast.learnt().orElseThrow().model().orElseThrow();
    assertThat(model.level()).isEqualTo(30);
    assertThat(model.trend()).isZero();
    assertThat(model.season()).containsExactly(-20.0, -10.0, 30.0);
  }

  @Test
  void anIntervalIsTheMeanOfItsObservations() {
    Forecast forecast = Forecast.begin(rule(2, 1));
    forecast = forecast.observe(at(0), 10).observe(at(0).plusSeconds(9), 20);
    forecast = forecast.observe(at(1), 40).observe(at(1).plusSeconds(1), 50);
    forecast = forecast.observe(at(1).plusSeconds(2), 60).observe(at(2), 0);

    assertThat(forecast.learnt().orElseThrow().past()).containsExactly(15.0, 50.0);
  }

  @Test
  void oneImpossibleObservationIsNotLearnt() {
    Forecast clean = Forecast.begin(rule(4, 1));
    Forecast struck = clean;
    for (int second = 0; second < 400; second++) {
      Instant time = at(0).plusSeconds(second);
      double load = 100 + second % 40;
      clean = clean.observe(time, load);
      // It stands in every observation of its window.
      boolean impossible = second < 2 || (second >= 145 && second < 147);
      struck = struck.observe(time, impossible ? 1e17 : load);
    }

    assertThat(struck.ahead().orElseThrow()).isCloseTo(clean.ahead().orElseThrow(), within(10.0));
  }

  @Test
  void anImpossibleIntervalOfTheFirstSeasonIsNotLearntAsItIs() {
    Forecast forecast = observe(Forecast.begin(rule(6, 1)), 0, 10, 1e15, 30, 20, 10, 10, 10);

    assertThat(forecast.ahead().orElseThrow()).isLessThanOrEqualTo(80);
    assertThat(forecast.learnt().orElseThrow().usual()).isEqualTo(80);
  }

  @Test
  void aFirstSeasonIsAsItWasWhereNothingShowsThatItCanNotBe() {
    Forecast forecast = observe(Forecast.begin(rule(6, 1)), 0, 0, 90, 0, 0, 60, 0, 0);

    assertThat(forecast.learnt().orElseThrow().usual()).isEqualTo(90);
  }

  @Test
  void growthIsLearntAlsoWhereItIsLarge() {
    Forecast forecast = observe(Forecast.begin(rule(2, 1)), 0, 10, 10, 10, 10);

    forecast = observe(forecast, 4, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000);

    assertThat(forecast.learnt().orElseThrow().past()).containsExactly(1_000.0, 1_000.0);
    assertThat(forecast.ahead().orElseThrow()).isCloseTo(1_000, within(300.0));
  }

  @Test
  void learnsByTheEquations() {
    Smoothing smoothing = new Smoothing(0.5, 0.2, 0.1, 0.5);
    HoltWinters start = new HoltWinters(1, 100, 8, List.of(-10.0, 10.0));

    HoltWinters next = start.learn(110, smoothing);

    // Expected before: 100 + 0.5 × 8 − 10 = 94. Level: 0.5 × (110 + 10) + 0.5 × 104.
    assertThat(next.last()).isEqualTo(2);
    assertThat(next.level()).isEqualTo(112, within(1e-9));
    // Trend: 0.2 × (112 − 100) + 0.8 × 4.
    assertThat(next.trend()).isEqualTo(5.6, within(1e-9));
    // Season: 0.1 × (110 − 104) + 0.9 × −10.
    assertThat(next.season()).containsExactly(-8.4, 10.0);
    // 112 + (0.5 + 0.25 + 0.125) × 5.6 + the season of interval 5.
    assertThat(next.forecast(3, smoothing)).isEqualTo(126.9, within(1e-9));
    // Of intervals 3, 4 and 5: 124.8, 107.8, 126.9.
    assertThat(next.peak(5, smoothing)).isEqualTo(126.9, within(1e-9));
    assertThat(next.peak(4, smoothing)).isEqualTo(124.8, within(1e-9));
  }

  @Test
  void looksForTheLargestFromNowToTheHorizon() {
    Forecast forecast = observe(Forecast.begin(rule(4, 1)), 0, 10, 20, 60, 30, 10);

    assertThat(forecast.ahead()).as("up to the next interval's begin").contains(20.0);
    assertThat(forecast.observe(at(4).plusSeconds(9), 10).ahead()).contains(20.0);
    assertThat(observe(Forecast.begin(rule(4, 2)), 0, 10, 20, 60, 30, 10).ahead()).contains(60.0);
    assertThat(observe(forecast, 5, 20, 60).ahead()).as("what is left of a peak").contains(60.0);
  }

  @Test
  void aForecastIsNeverBelowZero() {
    Forecast forecast = observe(Forecast.begin(rule(2, 1)), 0, 90, 100);
    for (int i = 2; i < 40; i++) {
      forecast = forecast.observe(at(i), i % 2 == 0 ? 0 : -50);
      assertThat(forecast.ahead().orElse(0.0)).isNotNegative();
    }

    assertThat(forecast.ahead().orElseThrow()).isLessThan(10);
  }

  @Test
  void judgesItselfBesideTheTwoForecastsThatNeedNoModel() {
    Forecast forecast = observe(Forecast.begin(rule(2, 1)), 0, 10, 30, 14, 30, 0);

    ForecastError error = forecast.error();

    // Of interval 2 came 14 instead of 10, after 30; of interval 3 came 30, after 14.
    assertThat(error.judged()).isEqualTo(2);
    assertThat(error.asNow()).isEqualTo((16 + 16) / 2.0);
    assertThat(error.asLastSeason()).isEqualTo((4 + 0) / 2.0);
    Smoothing smoothing = Smoothing.CHOSEN;
    HoltWinters second = HoltWinters.after(1, List.of(10.0, 30.0)).learn(14, smoothing);
    double missed = Math.abs(second.forecast(1, smoothing) - 30);
    assertThat(error.forecast()).isEqualTo((4 + missed) / 2, within(1e-4));
  }

  @Test
  void aForecastIsJudgedWhenItsIntervalHasCome() {
    Forecast forecast = observe(Forecast.begin(rule(3, 2)), 0, 1, 2, 3, 1, 2);
    assertThat(forecast.error()).as("made for interval 4").isEqualTo(ForecastError.NONE);

    assertThat(forecast.observe(at(5), 3).error().judged()).isEqualTo(1);
  }

  @Test
  void intervalsWithoutObservationsPassAsForecastAndAreNotJudged() {
    Forecast forecast = observe(Forecast.begin(rule(4, 1)), 0, 10, 20, 60, 30, 10, 20);
    HoltWinters before = forecast.learnt().orElseThrow().model().orElseThrow();
    long judged = forecast.observe(at(6), 60).error().judged();

    Forecast after = forecast.observe(at(8), 10);

    assertThat(after.learnt().orElseThrow().model().orElseThrow().season())
        .isEqualTo(before.season());
    assertThat(after.learnt().orElseThrow().past()).containsExactly(10.0, 20.0, NAN, NAN);
    assertThat(after.ahead()).contains(20.0);
    assertThat(after.error().judged()).isEqualTo(judged);
    assertThat(observe(after, 9, 20).error().judged())
        .as("what came before interval 8 is not known")
        .isEqualTo(judged);
  }

  @Test
  void inTheFirstSeasonAnIntervalWithoutObservationsIsAsTheOneBefore() {
    Forecast forecast = Forecast.begin(rule(4, 1)).observe(at(1), 30);

    forecast = forecast.observe(at(4), 10).observe(at(5), 30);

    assertThat(forecast.learnt().orElseThrow().model().orElseThrow().season())
        .containsExactly(-15.0, 5.0, 5.0, 5.0);
  }

  @Test
  void afterMoreThanASeasonWithoutObservationsItBeginsAnew() {
    Forecast forecast = observe(Forecast.begin(rule(3, 1)), 0, 10, 20, 60, 10);

    assertThat(forecast.observe(at(7), 20).ahead()).as("one season").isPresent();
    Forecast anew = forecast.observe(at(8), 99);
    assertThat(anew.ahead()).isEmpty();
    assertThat(anew).isEqualTo(Forecast.begin(rule(3, 1)).observe(at(8), 99));
  }

  @Test
  void whatIsNoLoadIsLeftOut() {
    Forecast forecast = observe(Forecast.begin(rule(2, 1)), 0, 10, 20, 10);

    assertThat(forecast.observe(at(3), NAN)).isSameAs(forecast);
    assertThat(forecast.observe(at(3), Double.POSITIVE_INFINITY)).isSameAs(forecast);
    assertThat(forecast.observe(at(3), 1e300)).isSameAs(forecast);
  }

  @Test
  void aTimeThatGoesBackCountsAsTheLatest() {
    Forecast forecast = observe(Forecast.begin(rule(2, 1)), 0, 10, 20, 10);

    OpenInterval open = forecast.observe(at(0), 30).open().orElseThrow();

    assertThat(open.second()).isEqualTo(at(2).getEpochSecond());
    assertThat(open.count()).isEqualTo(2);
    assertThat(open.mean()).isEqualTo(20);
  }

  @Test
  void aRuleWithTheSameSeasonKeepsWhatWasLearnt() {
    Forecast forecast = observe(Forecast.begin(rule(4, 1)), 0, 10, 20, 60, 30, 10, 20);
    Predictive otherTarget =
        new Predictive(Metric.CPU, 9, INTERVAL.multipliedBy(4), INTERVAL, INTERVAL, true);

    assertThat(forecast.under(otherTarget)).isSameAs(forecast);
    Forecast farther = forecast.under(rule(4, 2));
    assertThat(farther.ahead()).isPresent();
    assertThat(farther.error()).isEqualTo(ForecastError.NONE);
    assertThat(observe(farther, 6, 60, 30, 10, 20).error().judged()).isPositive();
    assertThat(forecast.under(rule(3, 1))).isEqualTo(Forecast.begin(rule(3, 1)));
    assertThat(forecast.fits(rule(3, 1))).isFalse();
  }

  @Test
  void stepsAreCountedAsTheRuleCountsThem() {
    for (int seconds = 10; seconds <= 40; seconds++) {
      Duration horizon = Duration.ofSeconds(seconds);
      Predictive rule =
          new Predictive(Metric.CPU, 50, INTERVAL.multipliedBy(4), INTERVAL, horizon, false);

      assertThat(Forecast.begin(rule).observe(START, 1).learnt().orElseThrow().track().steps())
          .isEqualTo(rule.steps());
    }
  }

  private static final double NAN = Double.NaN;

  /** One observation for each interval from this one on. */
  private static Forecast observe(Forecast forecast, int from, double... totals) {
    Forecast next = forecast;
    for (int i = 0; i < totals.length; i++) {
      next = next.observe(at(from + i), totals[i]);
    }
    return next;
  }

  private static Instant at(int interval) {
    return START.plus(INTERVAL.multipliedBy(interval));
  }

  private static Predictive rule(int intervals, int steps) {
    return new Predictive(
        Metric.CPU,
        50,
        INTERVAL.multipliedBy(intervals),
        INTERVAL,
        INTERVAL.multipliedBy(steps),
        false);
  }
}
