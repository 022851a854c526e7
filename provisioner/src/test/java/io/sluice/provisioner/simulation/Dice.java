package io.sluice.provisioner.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Chance that follows from a seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** True in this share of the throws, 0 to 1. */
  boolean chance(double share) {
    return share > 0 && random.nextDouble() < share;
  }

  /** A number from {@code least} to {@code most}, both included. */
  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  /** A small number as a rule, and now and then a much larger one. */
  long usually(long most, double rarely, long rarelyMost) {
    return chance(rarely) ? between(most, rarelyMost) : between(1, most);
  }

  /** One of the list, which is not empty. */
  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
