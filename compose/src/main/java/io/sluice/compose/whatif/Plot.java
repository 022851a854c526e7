package io.sluice.compose.whatif;

import io.sluice.topology.whatif.Comparison;
import io.sluice.topology.whatif.Outcome;
import io.sluice.topology.whatif.Report;
import io.sluice.topology.whatif.Trail;
import io.sluice.topology.whatif.Trail.Band;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * A comparison as an SVG image. Each policy has two charts above each other: its ready servers over
 * the demand, measured in servers at full load, and the load of its servers with the target. All
 * policies have the same scales, so that they can be compared by eye. Where time is so dense that a
 * column of pixels holds many seconds, it shows everything between the lowest and the highest.
 */
public final class Plot {
  private static final int LEFT = 48;
  private static final int PLOT_WIDTH = 800;
  private static final int WIDTH = LEFT + PLOT_WIDTH + 20;
  private static final int TITLE_HEIGHT = 30;
  private static final int HEADING_HEIGHT = 26;
  private static final int SERVERS_HEIGHT = 120;
  private static final int GAP = 10;
  private static final int LOAD_HEIGHT = 60;
  private static final int POLICY_HEIGHT =
      HEADING_HEIGHT + SERVERS_HEIGHT + GAP + LOAD_HEIGHT + GAP;
  private static final int AXIS_HEIGHT = 24;

  /** More load than this is drawn as this: how much too much can be read from the figures. */
  private static final double LOAD_MAX = 150;

  private static final double LOAD_STEP = 50;

  /** Colours that people with any kind of colour vision can tell apart. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#aa4499", "#b8860b", "#56b4e9");

  private static final String DEMAND_COLOUR = "#c9ccd1";
  private static final String TEXT_COLOUR = "#24292f";
  private static final String QUIET_COLOUR = "#6b7280";
  private static final String GRID_COLOUR = "#e5e7eb";

  private final Report report;
  private final List<Trail> trails;
  private final List<Double> serverMarks;
  private final Drawing drawing;

  private Plot(Comparison comparison) {
    this.report = comparison.report();
    this.trails = comparison.trails();
    double most = 1;
    for (Trail trail : trails) {
      most = Math.max(most, Math.max(trail.demand().highest(), trail.ready().highest()));
    }
    this.serverMarks = Scale.values(most, 1);
    int height = TITLE_HEIGHT + trails.size() * POLICY_HEIGHT + AXIS_HEIGHT;
    this.drawing = new Drawing(WIDTH, height, "What if: " + report.source());
  }

  /** The text of the image. */
  public static String svg(Comparison comparison) {
    return new Plot(comparison).draw();
  }

  private String draw() {
    drawing.text(LEFT, 19, "start", report.source(), "font-weight", "bold", "fill", TEXT_COLOUR);
    drawing.text(
        LEFT + PLOT_WIDTH,
        19,
        "end",
        "grey: demand in servers at full load · dashed: target",
        "fill",
        QUIET_COLOUR);
    for (int i = 0; i < trails.size(); i++) {
      policy(i, TITLE_HEIGHT + i * POLICY_HEIGHT);
    }
    timeLabels(TITLE_HEIGHT + trails.size() * POLICY_HEIGHT);
    return drawing.finished();
  }

  private void policy(int index, int top) {
    Trail trail = trails.get(index);
    String colour = COLOURS.get(index % COLOURS.size());
    heading(report.policies().get(index), top + 18, colour);

    int serversBottom = top + HEADING_HEIGHT + SERVERS_HEIGHT;
    double most = serverMarks.getLast();
    grid(serverMarks, most, serversBottom, SERVERS_HEIGHT, "servers");
    area(trail.demand(), scale(serversBottom, SERVERS_HEIGHT, most), DEMAND_COLOUR);
    steps(trail.ready(), scale(serversBottom, SERVERS_HEIGHT, most), colour);

    int loadBottom = serversBottom + GAP + LOAD_HEIGHT;
    DoubleUnaryOperator load = scale(loadBottom, LOAD_HEIGHT, LOAD_MAX);
    grid(Scale.values(LOAD_MAX, LOAD_STEP), LOAD_MAX, loadBottom, LOAD_HEIGHT, "load %");
    range(trail.load(), load, colour);
    drawing.group("stroke", TEXT_COLOUR, "stroke-dasharray", "5 4");
    double target = load.applyAsDouble(Math.min(report.target(), LOAD_MAX));
    drawing.line(LEFT, target, LEFT + PLOT_WIDTH, target);
    drawing.end();
  }

  private void heading(Outcome outcome, double base, String colour) {
    drawing.text(
        LEFT,
        base,
        "start",
        outcome.name(),
        "font-weight",
        "bold",
        "font-size",
        13,
        "fill",
        colour);
    drawing.text(
        LEFT + PLOT_WIDTH,
        base,
        "end",
        String.format(
            Locale.ROOT,
            "%s server-hours · %.2f%% over target · worst load %.0f%% · actions %d · flaps %d",
            ReportTable.hours(outcome.serverHours()),
            outcome.overTargetShare() * 100,
            outcome.worstLoad(),
            outcome.actions(),
            outcome.flaps()),
        "fill",
        TEXT_COLOUR);
  }

  private void grid(List<Double> marks, double most, int bottom, int height, String unit) {
    DoubleUnaryOperator scale = scale(bottom, height, most);
    drawing.group("stroke", GRID_COLOUR);
    for (Instant mark : Scale.times(report.from(), report.to())) {
      double x = x(mark);
      drawing.line(x, bottom - height, x, bottom);
    }
    for (double mark : marks) {
      double y = scale.applyAsDouble(mark);
      drawing.line(LEFT, y, LEFT + PLOT_WIDTH, y);
    }
    drawing.end();
    drawing.group("fill", QUIET_COLOUR, "font-size", 10);
    for (double mark : marks) {
      String label = String.format(Locale.ROOT, "%.0f", mark);
      drawing.text(LEFT - 6, scale.applyAsDouble(mark) + 3.5, "end", label);
    }
    double middle = bottom - height / 2.0;
    drawing.text(12, middle, "middle", unit, "transform", "rotate(-90 12 " + middle + ")");
    drawing.end();
  }

  private void timeLabels(int top) {
    DateTimeFormatter form = Scale.timeForm(report.from(), report.to());
    drawing.group("fill", QUIET_COLOUR, "font-size", 11);
    for (Instant mark : Scale.times(report.from(), report.to())) {
      drawing.text(x(mark), top + 8, "middle", form.format(mark));
    }
    drawing.end();
  }

  /** Everything from 0 to the highest values. */
  private void area(Band band, DoubleUnaryOperator scale, String colour) {
    Drawing.Path path = new Drawing.Path().move(LEFT, scale.applyAsDouble(0));
    for (int column = 0; column < band.columns(); column++) {
      path.to(centre(column, band), scale.applyAsDouble(band.highest(column)));
    }
    path.to(LEFT + PLOT_WIDTH, scale.applyAsDouble(0)).closed();
    drawing.leaf("path", "d", path, "fill", colour);
  }

  /** Everything between the lowest and the highest values. */
  private void range(Band band, DoubleUnaryOperator scale, String colour) {
    Drawing.Path path =
        new Drawing.Path().move(centre(0, band), scale.applyAsDouble(band.highest(0)));
    for (int column = 1; column < band.columns(); column++) {
      path.to(centre(column, band), scale.applyAsDouble(band.highest(column)));
    }
    for (int column = band.columns() - 1; column >= 0; column--) {
      path.to(centre(column, band), scale.applyAsDouble(band.lowest(column)));
    }
    drawing.leaf(
        "path",
        "d",
        path.closed(),
        "fill",
        colour,
        "fill-opacity",
        0.45,
        "stroke",
        colour,
        "stroke-width",
        0.7);
  }

  /** A line that stays until it changes; several values in a column are a vertical stroke. */
  private void steps(Band band, DoubleUnaryOperator scale, String colour) {
    double at = band.lowest(0);
    Drawing.Path path = new Drawing.Path().move(LEFT, scale.applyAsDouble(at));
    for (int column = 0; column < band.columns(); column++) {
      double low = band.lowest(column);
      double high = band.highest(column);
      if (low != at || high != at) {
        double x = centre(column, band);
        path.to(x, scale.applyAsDouble(at));
        boolean up = Math.abs(at - low) <= Math.abs(high - at);
        path.to(x, scale.applyAsDouble(up ? low : high));
        path.to(x, scale.applyAsDouble(up ? high : low));
        at = up ? high : low;
      }
    }
    path.to(LEFT + PLOT_WIDTH, scale.applyAsDouble(at));
    drawing.leaf("path", "d", path, "fill", "none", "stroke", colour, "stroke-width", 1.2);
  }

  private double x(Instant time) {
    double length = report.to().getEpochSecond() - (double) report.from().getEpochSecond();
    return LEFT + PLOT_WIDTH * (time.getEpochSecond() - report.from().getEpochSecond()) / length;
  }

  private static double centre(int column, Band band) {
    return LEFT + PLOT_WIDTH * (column + 0.5) / band.columns();
  }

  private static DoubleUnaryOperator scale(int bottom, int height, double most) {
    return value -> bottom - height * Math.min(value, most) / most;
  }
}
