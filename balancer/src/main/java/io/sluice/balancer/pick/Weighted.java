package io.sluice.balancer.pick;

import java.util.OptionalInt;

/**
 * One after the other, each as often as its weight says, spread as evenly as that can be: the
 * smooth weighted round robin of nginx. Each choice raises everybody's credit by its weight, and
 * takes the sum of the weights from the one that has most.
 */
public final class Weighted implements Pick {
  private long[] credits = new long[0];

  @Override
  public OptionalInt choose(Candidates candidates) {
    int size = candidates.size();
    if (credits.length != size) {
      credits = new long[size];
    }
    long sum = 0;
    int best = -1;
    for (int i = 0; i < size; i++) {
      if (candidates.open(i)) {
        credits[i] += candidates.weight(i);
        sum += candidates.weight(i);
        best = best < 0 || credits[i] > credits[best] ? i : best;
      }
    }
    if (best < 0) {
      return OptionalInt.empty();
    }
    credits[best] -= sum;
    return OptionalInt.of(best);
  }
}
