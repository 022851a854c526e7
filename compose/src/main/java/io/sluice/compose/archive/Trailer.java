package io.sluice.compose.archive;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The last line of an archive; its hash stands for the whole.
 *
 * @param end how many records there are by topic
 */
public record Trailer(SortedMap<String, Long> end) {
  /** Copies the counts. */
  public Trailer {
    end = Collections.unmodifiableSortedMap(new TreeMap<>(end));
  }
}
