package io.sluice.topology.observe;

import io.sluice.schemas.metric.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics that occur, each with a small number of its own, so that sums can stand in arrays. A
 * metric that has a number keeps it.
 */
final class Columns {
  /** More metrics than this are not kept: a guard against names that somebody makes up for ever. */
  static final int COUNT_MAX = 64;

  /** Stands for a metric that is not kept. */
  static final int NONE = -1;

  private final Map<Metric, Integer> indexes = new HashMap<>();
  private final List<Metric> metrics = new ArrayList<>();

  /** The number of a metric, a new one if needed and possible; {@link #NONE} otherwise. */
  int index(Metric metric) {
    Integer index = indexes.get(metric);
    if (index != null) {
      return index;
    }
    if (metrics.size() == COUNT_MAX) {
      return NONE;
    }
    metrics.add(metric);
    indexes.put(metric, metrics.size() - 1);
    return metrics.size() - 1;
  }

  /** The number of a metric that has one; {@link #NONE} otherwise. */
  int known(Metric metric) {
    return indexes.getOrDefault(metric, NONE);
  }

  Metric metric(int index) {
    return metrics.get(index);
  }

  int count() {
    return metrics.size();
  }
}
