package io.sluice.compose.archive;

import java.util.Optional;

/**
 * What of one partition an archive holds.
 *
 * @param partition its number, 0 or more
 * @param records how many records, 0 or more
 * @param first offset of the first record; empty without records
 * @param last offset of the last record; empty without records
 */
public record Extent(int partition, long records, Optional<Long> first, Optional<Long> last) {
  /**
   * Validates the figures against each other.
   *
   * @throws IllegalArgumentException if they can't all be true
   */
  public Extent {
    if (partition < 0) {
      throw new IllegalArgumentException(
          "partition is %d, expected 0 or more".formatted(partition));
    }
    boolean bounded = first.isPresent() && last.isPresent();
    if (records < 0
        || bounded != (records > 0)
        || first.isPresent() != last.isPresent()
        || (bounded && (first.get() < 0 || last.get() - first.get() + 1 < records))) {
      throw new IllegalArgumentException(
          "partition %d has %d records from offset %s to %s, expected offsets that hold them"
              .formatted(partition, records, text(first), text(last)));
    }
  }

  /** A partition that holds nothing. */
  public static Extent empty(int partition) {
    return new Extent(partition, 0, Optional.empty(), Optional.empty());
  }

  /** With one more record at the end. */
  public Extent with(long offset) {
    return new Extent(
        partition, records + 1, Optional.of(first.orElse(offset)), Optional.of(offset));
  }

  private static String text(Optional<Long> offset) {
    return offset.map(String::valueOf).orElse("none");
  }
}
