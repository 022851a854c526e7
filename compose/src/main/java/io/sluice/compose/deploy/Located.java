package io.sluice.compose.deploy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A value of a document that knows where it stands. */
sealed interface Located {
  /** Where it begins. */
  Place place();

  /**
   * Where something stands in a text.
   *
   * @param line 1 or more
   * @param column 1 or more
   */
  record Place(int line, int column) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "line %d, column %d", line, column);
    }
  }

  /**
   * A word, a number or a text: always as it was written.
   *
   * @param plain whether it stands there without quotes, so that YAML might take it for a number or
   *     a truth
   */
  record Scalar(Place place, String text, boolean plain) implements Located {
    /** Whether it is what stands behind a key that was left blank. */
    boolean blank() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }
  }

  /** A list. */
  record Items(Place place, List<Located> items) implements Located {
    /** Copies the list. */
    public Items {
      items = List.copyOf(items);
    }
  }

  /** A map, in the order in which it was written. */
  record Table(Place place, Map<String, Entry> entries) implements Located {
    /** Copies the map. */
    public Table {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /**
   * What stands under a key.
   *
   * @param place where the key stands
   */
  record Entry(Place place, Located value) {}
}
