package io.sluice.compose.history;

import io.sluice.topology.history.RawRecord;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Puts the records of several partitions into one order: by their times, where records of one
 * partition stay in theirs. It holds what was handed in and can't be given yet, since an earlier
 * one may still come from a partition of which nothing waits.
 */
final class TimeOrder {
  private final SortedMap<Integer, Queue<RawRecord>> waiting = new TreeMap<>();
  private final SortedSet<Integer> open = new TreeSet<>();

  TimeOrder(Collection<Integer> partitions) {
    open.addAll(partitions);
    partitions.forEach(partition -> waiting.put(partition, new ArrayDeque<>()));
  }

  /** Takes in a partition's next record. */
  void add(RawRecord record) {
    Queue<RawRecord> queue = waiting.get(record.partition());
    if (queue == null) {
      throw new IllegalArgumentException(
          "record of partition %d: expected one of %s"
              .formatted(record.partition(), waiting.keySet()));
    }
    queue.add(record);
  }

  /** From this partition nothing more comes. */
  void end(int partition) {
    open.remove(partition);
  }

  /** How many records of a partition wait. */
  int waiting(int partition) {
    Queue<RawRecord> queue = waiting.get(partition);
    return queue == null ? 0 : queue.size();
  }

  /** The next record in order; empty while one from another partition has to come first. */
  Optional<RawRecord> next() {
    Optional<Queue<RawRecord>> earliest = Optional.empty();
    for (var partition : waiting.entrySet()) {
      Queue<RawRecord> queue = partition.getValue();
      RawRecord head = queue.peek();
      if (head == null && open.contains(partition.getKey())) {
        return Optional.empty();
      }
      if (head != null
          && earliest.map(queued -> queued.element().time().isAfter(head.time())).orElse(true)) {
        earliest = Optional.of(queue);
      }
    }
    return earliest.map(Queue::remove);
  }
}
