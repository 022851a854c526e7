package io.sluice.topology.history;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A record's headers. Most readers ask for one or two of them, and many for none, so that they are
 * turned into text only when asked for.
 */
public interface RecordHeaders {
  /** No headers. */
  RecordHeaders NONE = of(Collections.emptySortedMap());

  /** The last value under this name, as text; empty if there is none. */
  Optional<String> value(String name);

  /** All of them as text by name, of several with one name the last. */
  SortedMap<String, String> all();

  /** Headers that are text already. The map is copied. */
  static RecordHeaders of(SortedMap<String, String> headers) {
    SortedMap<String, String> copy = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    return new RecordHeaders() {
      @Override
      public Optional<String> value(String name) {
        return Optional.ofNullable(copy.get(name));
      }

      @Override
      public SortedMap<String, String> all() {
        return copy;
      }
    };
  }
}
