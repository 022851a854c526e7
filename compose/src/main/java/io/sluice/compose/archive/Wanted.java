package io.sluice.compose.archive;

import java.util.Arrays;
import java.util.Optional;

/**
 * Which records of an archive a reader wants to see. All lines are verified whatever is wanted.
 *
 * @param topic the topic; empty: all
 * @param partition its partition; empty: all
 */
public record Wanted(Optional<String> topic, Optional<Integer> partition) {
  /** All records. */
  public static final Wanted ALL = new Wanted(Optional.empty(), Optional.empty());

  /** The records of a topic. */
  public static Wanted of(String topic) {
    return new Wanted(Optional.of(topic), Optional.empty());
  }

  /** The records of one partition. */
  public static Wanted of(String topic, int partition) {
    return new Wanted(Optional.of(topic), Optional.of(partition));
  }

  /** How wanted lines begin, byte for byte. */
  byte[] beginning() {
    return topic
        .map(name ->
            partition
                .map(number -> RecordText.beginning(name, number))
                .orElseGet(() -> RecordText.beginning(name)))
        .orElseGet(() -> new byte[0]);
  }

  /** Whether the manifest's promises of a partition can be held against what was seen. */
  boolean sees(String name, int number) {
    return topic.map(name::equals).orElse(true)
        && partition.map(wanted -> wanted == number).orElse(true);
  }

  static boolean startsWith(byte[] bytes, int length, byte[] beginning) {
    return length >= beginning.length
        && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
  }
}
