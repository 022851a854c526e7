package io.sluice.compose.whatif;

import io.sluice.topology.whatif.Outcome;
import io.sluice.topology.whatif.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as a table for people: names to the left, figures to the right. */
public final class ReportTable {
  private static final double PERCENT = 100;

  /** Below this many server-hours, hundredths of them matter. */
  private static final double FEW_HOURS = 100;

  private static final List<String> HEADINGS =
      List.of(
          "policy",
          "server-hours",
          "over target",
          "worst load",
          "unserved",
          "actions",
          "flaps",
          "servers");

  private ReportTable() {}

  /** The lines of the table, headings first. */
  public static List<String> lines(Report report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    report.policies().forEach(outcome -> rows.add(row(outcome)));
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  /**
   * One line for each policy that forecasts: how far it was off, beside forecasts without a model.
   */
  public static List<String> forecasts(Report report) {
    List<String> lines = new ArrayList<>();
    for (Outcome outcome : report.policies()) {
      outcome
          .forecastError()
          .ifPresent(error ->
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "forecasts of %s: off by %.1f on average; 'as now' by %.1f,"
                          + " 'as one season ago' by %.1f",
                      outcome.name(),
                      error.forecast(),
                      error.asNow(),
                      error.asLastSeason())));
    }
    return lines;
  }

  /** The figures of an outcome as its row shows them. */
  static List<String> row(Outcome outcome) {
    return List.of(
        outcome.name(),
        hours(outcome.serverHours()),
        share(outcome.overTargetShare()),
        String.format(Locale.ROOT, "%.0f%%", outcome.worstLoad()),
        share(outcome.unservedShare()),
        Integer.toString(outcome.actions()),
        Integer.toString(outcome.flaps()),
        "%d to %d".formatted(outcome.minServers(), outcome.maxServers()));
  }

  /** Server-hours, to hundredths where they are few. */
  static String hours(double hours) {
    return String.format(Locale.ROOT, hours < FEW_HOURS ? "%.2f" : "%.0f", hours);
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.2f%%", share * PERCENT);
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(String.format("%-" + widths[0] + "s", row.getFirst()));
    for (int i = 1; i < widths.length; i++) {
      line.append("  ").append(" ".repeat(widths[i] - row.get(i).length())).append(row.get(i));
    }
    return line.toString();
  }
}
