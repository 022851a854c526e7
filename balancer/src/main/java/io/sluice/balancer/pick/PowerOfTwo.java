package io.sluice.balancer.pick;

import java.util.OptionalInt;

/**
 * The less busy of two that chance names (Mitzenmacher 2001): nearly as even as asking all of them,
 * without everybody running to the same one. Busy is in flight for the weight.
 */
public final class PowerOfTwo implements Pick {
  private final Chance chance;

  /** A pick that draws from this chance. */
  public PowerOfTwo(Chance chance) {
    this.chance = chance;
  }

  @Override
  public OptionalInt choose(Candidates candidates) {
    int open = Uniform.open(candidates);
    if (open == 0) {
      return OptionalInt.empty();
    }
    int first = chance.below(open);
    int drawn = Uniform.nth(candidates, first);
    if (open == 1) {
      return OptionalInt.of(drawn);
    }
    int second = Uniform.nth(candidates, (first + 1 + chance.below(open - 1)) % open);
    return OptionalInt.of(lessBusy(candidates, second, drawn) ? second : drawn);
  }

  /** Whether one more request would load {@code one} less than {@code other}. */
  static boolean lessBusy(Candidates candidates, int one, int other) {
    long mine = (candidates.inFlight(one) + 1L) * candidates.weight(other);
    long others = (candidates.inFlight(other) + 1L) * candidates.weight(one);
    return mine < others;
  }
}
