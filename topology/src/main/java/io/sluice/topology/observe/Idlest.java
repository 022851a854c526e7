package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The servers with the least load of all that were offered. Most offers of a large zone cost one
 * comparison, since they are above the most loaded of those that are kept.
 */
final class Idlest {
  private static final Comparator<Entry> LEAST_FIRST =
      Comparator.comparingDouble(Entry::load).thenComparing(Entry::id);

  private final PriorityQueue<Entry> mostFirst =
      new PriorityQueue<>(ZoneWindow.IDLEST_LISTED_MAX, LEAST_FIRST.reversed());

  private record Entry(ServerId id, double load) {}

  void offer(ServerId id, double load) {
    if (mostFirst.size() == ZoneWindow.IDLEST_LISTED_MAX) {
      Entry most = mostFirst.element();
      if (load > most.load()) {
        return;
      }
      Entry entry = new Entry(id, load);
      if (LEAST_FIRST.compare(entry, most) > 0) {
        return;
      }
      mostFirst.remove();
      mostFirst.add(entry);
      return;
    }
    mostFirst.add(new Entry(id, load));
  }

  /** The least loaded first; of equal ones the lower number. */
  List<ServerId> inOrder() {
    return mostFirst.stream().sorted(LEAST_FIRST).map(Entry::id).toList();
  }
}
