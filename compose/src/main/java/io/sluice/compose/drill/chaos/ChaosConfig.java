package io.sluice.compose.drill.chaos;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is to be done.
 *
 * @param length for how long faults are dealt; the last one is recovered from, too
 * @param seed which faults, in which order
 * @param brokers how many brokers, 1 to 3
 * @param faultsMax no more than so many faults, however much time is left
 * @param only a part of the names of those that are dealt, such as {@code kill broker}; empty: all
 */
public record ChaosConfig(Duration length, long seed, int brokers, int faultsMax, String only) {
  /**
   * Checks that something can be dealt.
   *
   * @throws IllegalArgumentException if no fault has such a name
   */
  public ChaosConfig {
    SortedSet<String> kinds = new TreeSet<>(Deck.kinds(brokers));
    if (kinds.stream().noneMatch(kind -> kind.contains(only))) {
      throw new IllegalArgumentException(
          "'%s': expected a part of one of %s".formatted(only, String.join(", ", kinds)));
    }
  }
}
