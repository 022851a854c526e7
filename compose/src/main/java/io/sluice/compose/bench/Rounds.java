package io.sluice.compose.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs several candidates by turns, so that what disturbs the machine disturbs all of them. */
final class Rounds {
  private final int warmUps;
  private final int rounds;

  /**
   * So many rounds.
   *
   * @param warmUps rounds before those that count, 0 or more
   * @param rounds rounds that count, 1 or more
   */
  Rounds(int warmUps, int rounds) {
    this.warmUps = warmUps;
    this.rounds = rounds;
  }

  /**
   * The median rate of each candidate, in records per second.
   *
   * @param candidates each does its work once and says how many records that were
   */
  List<Double> medians(List<LongSupplier> candidates) {
    List<double[]> rates = new ArrayList<>();
    candidates.forEach(_ -> rates.add(new double[rounds]));
    for (int round = -warmUps; round < rounds; round++) {
      for (int i = 0; i < candidates.size(); i++) {
        double rate = rate(candidates.get(i));
        if (round >= 0) {
          rates.get(i)[round] = rate;
        }
      }
    }
    return rates.stream().map(Rounds::median).toList();
  }

  private static double rate(LongSupplier work) {
    long begin = System.nanoTime();
    long records = work.getAsLong();
    return records * 1e9 / (System.nanoTime() - begin);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
