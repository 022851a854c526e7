package io.sluice.provisioner.plan;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How far a partition of the commands is recorded: everything before an offset, and single commands
 * behind it, since a zone must not wait for another zone's slow start. Both are committed with the
 * facts: the offset as the consumer's offset, the rest in the metadata that Kafka keeps beside it,
 * so that a command that was recorded out of turn is not carried out a second time by the next
 * leader.
 *
 * @param next every command before this offset is recorded; 0 or more
 * @param ahead offsets behind {@code next} whose commands are recorded
 */
public record Progress(long next, SortedSet<Long> ahead) {
  /**
   * How many commands may be taken up behind an open one. Keeps the metadata below Kafka's default
   * limit of 4096 bytes.
   */
  public static final int AHEAD_MAX = 256;

  private static final String PREFIX = "ahead:";

  /** Copies the set. */
  public Progress {
    ahead = Collections.unmodifiableSortedSet(new TreeSet<>(ahead));
  }

  /** Nothing is recorded behind this offset. */
  public static Progress at(long next) {
    return new Progress(next, Collections.emptySortedSet());
  }

  /** The metadata to be committed with the offset: distances from it. */
  public String metadata() {
    return ahead.isEmpty()
        ? ""
        : ahead.stream()
            .map(offset -> Long.toString(offset - next))
            .collect(Collectors.joining(",", PREFIX, ""));
  }

  /** Reads what was committed; empty if the metadata is not ours. */
  public static Optional<Progress> read(long next, String metadata) {
    if (metadata.isEmpty()) {
      return Optional.of(at(next));
    }
    if (!metadata.startsWith(PREFIX)) {
      return Optional.empty();
    }
    SortedSet<Long> ahead = new TreeSet<>();
    for (String distance : metadata.substring(PREFIX.length()).split(",", -1)) {
      try {
        ahead.add(next + Long.parseLong(distance));
      } catch (NumberFormatException foreign) {
        return Optional.empty();
      }
    }
    return Optional.of(new Progress(next, ahead));
  }
}
