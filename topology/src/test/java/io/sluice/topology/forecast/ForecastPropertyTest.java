package io.sluice.topology.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.codec.Json;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class ForecastPropertyTest {
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final int JSON_BYTES_MAX = 12_000;

  @Property(tries = 200)
  void aConstantLoadIsForecastExactly(
      @ForAll @IntRange(min = 2, max = 288) int intervals,
      @ForAll @IntRange(min = 0, max = 999_999) int load,
      @ForAll @IntRange(min = 0, max = 1_000_000) int begin) {
    Forecast forecast = run(intervals, 1 + begin % intervals, begin, 3 * intervals, i -> load);

    assertThat(forecast.ahead().orElseThrow()).isEqualTo(load, within(1e-9 * load));
    assertThat(forecast.error().forecast()).isEqualTo(0, within(1e-9 * load));
  }

  @Property(tries = 50)
  void aSeasonThatRepeatsIsForecast(
      @ForAll @IntRange(min = 2, max = 48) int intervals, @ForAll long seed) {
    // Of a first season nothing counts as more than four times what is usual.
    double[] season = new Random(seed).doubles(intervals, 250, 1_000).toArray();

    Forecast forecast = run(intervals, intervals / 2, 7, 5 * intervals, i -> season[i % intervals]);

    assertThat(forecast.error().judged()).isPositive();
    assertThat(forecast.error().forecast()).isLessThan(0.01);
    assertThat(forecast.error().asNow()).isGreaterThan(1);
  }

  @Property(tries = 50)
  void ofASeasonThatIsBuriedInItsFirstRoundTheErrorVanishes(
      @ForAll @IntRange(min = 2, max = 24) int intervals, @ForAll long seed) {
    Random random = new Random(seed);
    double[] season = random.doubles(intervals, 200, 1_000).toArray();
    IntToDoubleFunction load =
        i -> season[i % intervals] + (i < intervals ? 100 * random.nextDouble() : 0);
    Forecast early = run(intervals, 1, 0, 4 * intervals, load);
    Forecast late = run(early, 4 * intervals, 60 * intervals, load);
    double before = sum(late.error());

    Forecast last = run(late, 60 * intervals, 64 * intervals, load);

    assertThat((sum(last.error()) - before) / (4 * intervals)).isLessThan(1);
  }

  @Property(tries = 50)
  void aTrendIsFollowedAtADistanceThatDoesNotGrow(
      @ForAll @IntRange(min = 12, max = 48) int intervals,
      @ForAll @DoubleRange(min = 0.1, max = 50) double slope) {
    IntToDoubleFunction load = i -> 100 + slope * i;
    int end = 40 * intervals + 400;

    Forecast forecast = run(intervals, 1, 0, end, load);

    // A level without a trend would be 1 ÷ α = 10 intervals behind.
    double distance = load.applyAsDouble(end - 1) - forecast.ahead().orElseThrow();
    assertThat(Math.abs(distance) / slope).isLessThan(10);
    assertThat(forecast.error().forecast()).isLessThan(forecast.error().asLastSeason());
  }

  @Property(tries = 50)
  void aTrendThatEndsDoesNotRunAway(@ForAll @DoubleRange(min = 1, max = 50) double slope) {
    IntToDoubleFunction load = i -> 100 + slope * Math.min(i, 500);
    double top = load.applyAsDouble(500);

    Forecast rising = run(12, 12, 0, 500, load);
    Forecast level = run(rising, 500, 2_000, load);

    assertThat(rising.ahead().orElseThrow()).isLessThan(top + 24 * slope);
    assertThat(level.ahead().orElseThrow()).isEqualTo(top, within(slope));
  }

  @Property(tries = 60)
  void readBackAtAnyPointItHasTheSameFuture(
      @ForAll @IntRange(min = 2, max = 20) int intervals, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Forecast kept = Forecast.begin(rule(intervals, 1 + random.nextInt(intervals)));
    Forecast reread = kept;
    Instant time = Instant.ofEpochSecond(1_700_000_000 + random.nextInt(100_000));
    for (int i = 0; i < 300; i++) {
      int pause = random.nextInt(50) == 0 ? (intervals + 2) * 300 : 400;
      time = time.plusSeconds(random.nextInt(pause));
      double total = random.nextGaussian() * Math.pow(10, random.nextInt(12) - 4);
      kept = kept.observe(time, total);
      reread = copy(reread).observe(time, total);

      assertThat(reread).isEqualTo(kept);
      assertThat(reread.ahead()).isEqualTo(kept.ahead());
      assertThat(reread.error()).isEqualTo(kept.error());
    }
  }

  @Property(tries = 20)
  void aLargeSeasonIsFewKilobytes(@ForAll long seed) throws IOException {
    Random random = new Random(seed);

    Forecast forecast = run(288, 288, 0, 900, i -> random.nextDouble() * 1e5);

    assertThat(Json.mapper().writeValueAsBytes(forecast)).hasSizeLessThan(JSON_BYTES_MAX);
  }

  private static Forecast copy(Forecast forecast) throws IOException {
    return Json.mapper().readValue(Json.mapper().writeValueAsBytes(forecast), Forecast.class);
  }

  private static double sum(ForecastError error) {
    return error.forecast() * error.judged();
  }

  private static Forecast run(
      int intervals, int steps, int begin, int count, IntToDoubleFunction load) {
    return run(Forecast.begin(rule(intervals, steps)), begin, begin + count, load);
  }

  private static Forecast run(Forecast forecast, int from, int end, IntToDoubleFunction load) {
    Forecast next = forecast;
    for (int i = from; i < end; i++) {
      next = next.observe(Instant.EPOCH.plus(INTERVAL.multipliedBy(i)), load.applyAsDouble(i));
    }
    return next;
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
