package io.sluice.compose.drill.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What was done to a cluster, and what became of it.
 *
 * @param seed gives the same faults again
 * @param brokers how many brokers there were
 * @param strikes what was done, in its order
 * @param verdicts one for each invariant
 * @param requests what users saw
 * @param audit what the audit came to, for people
 */
public record ChaosReport(
    long seed,
    int brokers,
    List<Strike> strikes,
    List<Verdict> verdicts,
    Requests requests,
    String audit) {
  /** Copies the lists. */
  public ChaosReport {
    strikes = List.copyOf(strikes);
    verdicts = List.copyOf(verdicts);
  }

  /**
   * One fault.
   *
   * @param number from 1
   * @param at when it began
   * @param what was done
   * @param hit what was hit
   * @param lasted until it was undone
   * @param wellAfter from its beginning until all was well again
   * @param unobserved the longest time meanwhile for which a zone was not observed; usually 1 s
   * @param failures requests that were not answered meanwhile
   * @param well whether all was well in time
   */
  public record Strike(
      int number,
      Instant at,
      String what,
      String hit,
      Duration lasted,
      Duration wellAfter,
      Duration unobserved,
      int failures,
      boolean well) {}

  /**
   * Whether an invariant held.
   *
   * @param broken where it did not; empty: it held
   */
  public record Verdict(Invariant invariant, List<String> broken) {
    /** Copies the list. */
    public Verdict {
      broken = List.copyOf(broken);
    }

    /** Whether it held everywhere. */
    public boolean held() {
      return broken.isEmpty();
    }
  }

  /**
   * What users of the gateway saw.
   *
   * @param answered how many requests were answered
   * @param failed how many were not
   * @param excused how many of those met a gateway that was struck itself
   */
  public record Requests(long answered, long failed, long excused) {}

  /** Whether every invariant held. */
  public boolean held() {
    return verdicts.stream().allMatch(Verdict::held);
  }
}
