package io.sluice.topology.forecast;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Prints how good forecasts of recorded load curves are: first the best constants of a grid, then
 * the chosen ones curve by curve.
 *
 * <p>A curve is a CSV file with lines of a time (UTC) and a value, such as those of the Numenta
 * Anomaly Benchmark. The season is a day. What is compared is the mean absolute error one horizon
 * ahead, divided by that of the forecast that the load stays as it is; a row of the grid has the
 * geometric mean over all curves, intervals and horizons.
 */
public final class ForecastSurvey {
  private static final int SHOWN = 12;
  private static final List<Duration> INTERVALS =
      List.of(Duration.ofMinutes(5), Duration.ofMinutes(10));
  private static final List<Duration> HORIZONS =
      List.of(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(1));

  private ForecastSurvey() {}

  private record Point(Instant time, double value) {}

  private record Curve(String name, List<Point> points) {}

  private record Row(Smoothing smoothing, double ratio, double worst) {}

  /** Takes the directory of the CSV files. */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      throw new IllegalArgumentException(
          "%d arguments: expected one, a directory with CSV files".formatted(arguments.length));
    }
    List<Curve> curves = curves(Path.of(arguments[0]));
    System.out.println("alpha  beta   gamma  phi    ratio  worst");
    grid()
        .parallel()
        .map(smoothing -> row(smoothing, curves))
        .sorted(Comparator.comparingDouble(Row::ratio))
        .limit(SHOWN)
        .forEachOrdered(ForecastSurvey::print);
    System.out.println("chosen:");
    print(row(Smoothing.CHOSEN, curves));
    System.out.println(
        "curve, interval, horizon: judged, missed by, as now, as last season, ratio");
    for (Curve curve : curves) {
      for (Duration interval : INTERVALS) {
        HORIZONS.forEach(horizon -> print(curve, interval, horizon));
      }
    }
  }

  private static Stream<Smoothing> grid() {
    List<Smoothing> grid = new ArrayList<>();
    for (double level : List.of(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)) {
      for (double trend : List.of(0.0, 0.01, 0.05)) {
        for (double season : List.of(0.05, 0.1, 0.2, 0.3, 0.4)) {
          for (double damping : List.of(0.9, 0.98)) {
            // Without a trend there is nothing to damp.
            if (season <= 1 - level && (trend > 0 || damping == 0.9)) {
              grid.add(new Smoothing(level, trend, season, damping));
            }
          }
        }
      }
    }
    return grid.stream();
  }

  private static Row row(Smoothing smoothing, List<Curve> curves) {
    double[] ratios =
        curves.stream()
            .flatMapToDouble(curve ->
                INTERVALS.stream()
                    .flatMapToDouble(interval ->
                        HORIZONS.stream()
                            .mapToDouble(
                                horizon -> ratio(error(curve, interval, horizon, smoothing)))))
            .toArray();
    double mean = Math.exp(DoubleStream.of(ratios).map(Math::log).average().orElseThrow());
    return new Row(smoothing, mean, Arrays.stream(ratios).max().orElseThrow());
  }

  private static double ratio(ForecastError error) {
    return error.forecast() / error.asNow();
  }

  private static ForecastError error(
      Curve curve, Duration interval, Duration horizon, Smoothing smoothing) {
    Forecast forecast =
        Forecast.begin(
            new Predictive(Metric.CPU, 1, Predictive.SEASON_DEFAULT, interval, horizon, false));
    for (Point point : curve.points()) {
      forecast = forecast.observe(point.time(), point.value(), smoothing);
    }
    return forecast.error();
  }

  private static void print(Row row) {
    Smoothing smoothing = row.smoothing();
    System.out.printf(
        "%-5.2f  %-5.2f  %-5.2f  %-5.2f  %.3f  %.3f%n",
        smoothing.level(),
        smoothing.trend(),
        smoothing.season(),
        smoothing.damping(),
        row.ratio(),
        row.worst());
  }

  private static void print(Curve curve, Duration interval, Duration horizon) {
    ForecastError error = error(curve, interval, horizon, Smoothing.CHOSEN);
    System.out.printf(
        "%-42s %2d min %3d min: %5d  %9.4f  %9.4f  %9.4f  %.2f%n",
        curve.name(),
        interval.toMinutes(),
        horizon.toMinutes(),
        error.judged(),
        error.forecast(),
        error.asNow(),
        error.asLastSeason(),
        ratio(error));
  }

  private static List<Curve> curves(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .sorted()
          .map(file -> new Curve(file.getFileName().toString(), points(file)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Point> points(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.skip(1).map(line -> line.split(",", -1)).map(ForecastSurvey::point).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Point point(String[] fields) {
    return new Point(
        Instant.parse(fields[0].replace(' ', 'T') + "Z"), Double.parseDouble(fields[1]));
  }
}
