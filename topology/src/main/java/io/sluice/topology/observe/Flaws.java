package io.sluice.topology.observe;

import io.sluice.schemas.metric.Metric;
import java.util.Optional;

/**
 * What was left out of one zone's panes: metrics for which there was no place, and figures that
 * can't have been measured. Of each the number since it was last asked for, and the last example.
 */
public final class Flaws {
  /**
   * A figure that can't be.
   *
   * @param server the number of the server that reported it
   * @param metric the metric
   * @param figure the figure
   */
  public record Impossible(long server, Metric metric, float figure) {}

  private long dropped;
  private Optional<Metric> droppedLast = Optional.empty();
  private long impossible;
  private Optional<Impossible> impossibleLast = Optional.empty();

  void dropped(Metric metric) {
    dropped++;
    droppedLast = Optional.of(metric);
  }

  void impossible(long server, Metric metric, float figure) {
    impossible++;
    impossibleLast = Optional.of(new Impossible(server, metric, figure));
  }

  /**
   * What was left out.
   *
   * @param dropped how many metrics of panes: the zone has too many
   * @param droppedLast the last of them
   * @param impossible how many figures
   * @param impossibleLast the last of them
   */
  public record Left(
      long dropped,
      Optional<Metric> droppedLast,
      long impossible,
      Optional<Impossible> impossibleLast) {}

  /** What was left out since this was last asked. */
  public Left take() {
    Left left = new Left(dropped, droppedLast, impossible, impossibleLast);
    dropped = 0;
    droppedLast = Optional.empty();
    impossible = 0;
    impossibleLast = Optional.empty();
    return left;
  }
}
