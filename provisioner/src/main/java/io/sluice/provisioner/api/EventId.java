package io.sluice.provisioner.api;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A place in the journal as the id of an event: the next offset of every partition, such as {@code
 * 0:120,1:48}.
 *
 * @param next the next offset to be read per partition
 */
record EventId(SortedMap<Integer, Long> next) {
  /** More digits than any offset has, few enough to be read. */
  private static final String FORM = "\\d{1,9}:\\d{1,18}(,\\d{1,9}:\\d{1,18})*";

  EventId {
    next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
  }

  EventId(Map<Integer, Long> next) {
    this(new TreeMap<>(next));
  }

  /**
   * Reads an id.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static Map<Integer, Long> read(String text) {
    if (!text.matches(FORM)) {
      throw new IllegalArgumentException(
          "event id '%s': expected one that an event carried, such as 0:120,1:48".formatted(text));
    }
    Map<Integer, Long> next = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int colon = part.indexOf(':');
      next.put(
          Integer.parseInt(part.substring(0, colon)), Long.parseLong(part.substring(colon + 1)));
    }
    return next;
  }

  /** The place behind a record. */
  EventId after(int partition, long offset) {
    SortedMap<Integer, Long> later = new TreeMap<>(next);
    later.put(partition, offset + 1);
    return new EventId(later);
  }

  @Override
  public String toString() {
    return next.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
