package io.sluice.topology.observe;

import io.sluice.schemas.metric.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The metrics of one zone, each with a small number of its own, so that sums can stand in arrays.
 *
 * <p>Those that the zone's rules look at and the well-known ones always have a number. Of the
 * others {@link #OTHERS_MAX} have one, those that came first; the place of one that was not
 * reported for long goes to the next that comes.
 */
final class Columns {
  /** More names that nobody asked for are not kept: a guard against ones that are made up. */
  static final int OTHERS_MAX = 64;

  /** Stands for a metric that is not kept. */
  static final int NONE = -1;

  /** What became of a metric of a pane. */
  record Place(int column, boolean recycled) {}

  private final Map<Metric, Integer> indexes = new HashMap<>();
  private final List<Metric> metrics = new ArrayList<>();
  private final List<Long> used = new ArrayList<>();
  private Set<Metric> entitled = Set.copyOf(Metric.wellKnown());
  private int others;

  /** From here on these have a number whatever comes, beside the well-known ones. */
  void entitle(Set<Metric> ofRules) {
    Set<Metric> next = new HashSet<>(Metric.wellKnown());
    next.addAll(ofRules);
    if (!next.equals(entitled)) {
      entitled = Set.copyOf(next);
      others = (int) metrics.stream().filter(metric -> !entitled.contains(metric)).count();
    }
  }

  /**
   * The number of a metric that was reported in this second, a new one if needed and possible.
   *
   * @param idleBefore a metric that was last reported before this second can give up its place
   */
  Place place(Metric metric, long second, long idleBefore) {
    Integer index = indexes.get(metric);
    if (index != null) {
      used.set(index, Math.max(used.get(index), second));
      return new Place(index, false);
    }
    boolean other = !entitled.contains(metric);
    if (other && others >= OTHERS_MAX) {
      int idle = idle(idleBefore);
      if (idle != NONE) {
        indexes.remove(metrics.get(idle));
        indexes.put(metric, idle);
        metrics.set(idle, metric);
        used.set(idle, second);
      }
      return new Place(idle, idle != NONE);
    }
    others += other ? 1 : 0;
    metrics.add(metric);
    used.add(second);
    indexes.put(metric, metrics.size() - 1);
    return new Place(metrics.size() - 1, false);
  }

  private int idle(long before) {
    for (int index = 0; index < metrics.size(); index++) {
      if (used.get(index) < before && !entitled.contains(metrics.get(index))) {
        return index;
      }
    }
    return NONE;
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
