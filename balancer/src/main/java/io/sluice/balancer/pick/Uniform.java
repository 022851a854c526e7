package io.sluice.balancer.pick;

import java.util.OptionalInt;

/** Any of them, each as likely as the others. */
public final class Uniform implements Pick {
  private final Chance chance;

  /** A pick that draws from this chance. */
  public Uniform(Chance chance) {
    this.chance = chance;
  }

  @Override
  public OptionalInt choose(Candidates candidates) {
    int open = open(candidates);
    return open == 0 ? OptionalInt.empty() : OptionalInt.of(nth(candidates, chance.below(open)));
  }

  static int open(Candidates candidates) {
    int open = 0;
    for (int i = 0; i < candidates.size(); i++) {
      open += candidates.open(i) ? 1 : 0;
    }
    return open;
  }

  /** The index of the open one before which so many open ones come. */
  static int nth(Candidates candidates, int before) {
    int left = before;
    int index = 0;
    while (!candidates.open(index) || left-- > 0) {
      index++;
    }
    return index;
  }
}
