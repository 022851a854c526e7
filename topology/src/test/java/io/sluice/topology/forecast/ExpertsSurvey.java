package io.sluice.topology.forecast;

import io.sluice.topology.forecast.Experts.Expert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Prints how good each of the {@link Experts} is on recorded load curves, as a table of Markdown:
 * the mean of what its forecasts missed by from the third day on, divided by that of the better of
 * the two that need no model, "as now" and "season ago". The season is a day.
 *
 * <p>A curve is a CSV file with lines of a time (UTC) and a value.
 */
// Figures of the experts stand in arrays in their order.
@SuppressWarnings("EnumOrdinal")
public final class ExpertsSurvey {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final List<Integer> INTERVALS = List.of(5, 10);
  private static final List<Integer> HORIZONS = List.of(10, 30, 60);
  private static final int DAY_MINUTES = 1_440;

  private ExpertsSurvey() {}

  /** Takes the directory of the CSV files. */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      throw new IllegalArgumentException(
          "%d arguments: expected one, a directory with CSV files".formatted(arguments.length));
    }
    StringBuilder names = new StringBuilder("| curve | interval, ahead | all |");
    for (Expert expert : Expert.values()) {
      names.append(' ').append(name(expert)).append(" |");
    }
    System.out.println(names);
    System.out.println("| --- | --- |" + " ---: |".repeat(Expert.values().length + 1));
    for (Path file : files(Path.of(arguments[0]))) {
      for (int interval : INTERVALS) {
        double[] curve = curve(file, interval);
        for (int horizon : HORIZONS) {
          print(file, interval, horizon, curve);
        }
      }
    }
  }

  private static String name(Expert expert) {
    return expert.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static void print(Path file, int interval, int horizon, double[] curve) {
    int season = DAY_MINUTES / interval;
    int steps = horizon / interval;
    Experts experts = new Experts(season, steps);
    double[] missed = new double[Expert.values().length];
    double[][] said = new double[curve.length][];
    for (int i = 0; i < curve.length; i++) {
      experts.learn(curve[i]);
      if (i >= 2 * season) {
        for (int k = 0; k < missed.length; k++) {
          missed[k] += Math.abs(said[i - steps][k] - curve[i]);
        }
      }
      if (experts.forecast().isPresent()) {
        said[i] = new double[missed.length];
        for (Expert expert : Expert.values()) {
          said[i][expert.ordinal()] = experts.forecast(expert);
        }
      }
    }
    ForecastError error = experts.error();
    double best = Math.min(error.asNow(), error.asLastSeason());
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "| %s | %d min, %d min | **%.2f** |",
            String.valueOf(file.getFileName()).replace(".csv", ""),
            interval,
            horizon,
            error.forecast() / best));
    for (double sum : missed) {
      line.append(String.format(Locale.ROOT, " %.2f |", sum / error.judged() / best));
    }
    System.out.println(line);
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The mean of each interval; one without a value is as the one before. */
  private static double[] curve(Path file, int minutes) {
    Map<Long, List<Double>> intervals = new TreeMap<>();
    long seconds = Duration.ofMinutes(minutes).toSeconds();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] cells = line.split(",", -1);
        if (!cells[0].startsWith("timestamp")) {
          long second =
              LocalDateTime.parse(cells[0].substring(0, 19), TIME).toEpochSecond(ZoneOffset.UTC);
          intervals
              .computeIfAbsent(second / seconds, _ -> new ArrayList<>())
              .add(Double.parseDouble(cells[1]));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    long first = intervals.keySet().iterator().next();
    long last = first;
    for (long index : intervals.keySet()) {
      last = index;
    }
    double[] curve = new double[(int) (last - first + 1)];
    double before = 0;
    for (int i = 0; i < curve.length; i++) {
      List<Double> values = intervals.getOrDefault(first + i, List.of());
      before = values.stream().mapToDouble(Double::doubleValue).average().orElse(before);
      curve[i] = before;
    }
    return curve;
  }
}
