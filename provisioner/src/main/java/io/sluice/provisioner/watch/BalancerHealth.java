package io.sluice.provisioner.watch;

import java.util.Optional;

/**
 * What a row of checks of one balancer adds up to.
 *
 * <pre>
 *   UNKNOWN ──▶ ALIVE ◀──▶ LOST     one good check makes it alive,
 *      └──────────────────▶─┘       a row of failed ones makes it lost
 * </pre>
 *
 * @param state what is known
 * @param failures failed checks in a row, 0 or more
 */
public record BalancerHealth(State state, int failures) {
  /** Before the first check. */
  public static final BalancerHealth BEGIN = new BalancerHealth(State.UNKNOWN, 0);

  private static final int START_ROWS = 5;
  private static final int PAUSE_MAX = 8;

  /** What is known of a balancer. */
  public enum State {
    /** Not enough was seen yet. */
    UNKNOWN,
    /** It answers. */
    ALIVE,
    /** It does not. */
    LOST
  }

  /**
   * After one more check.
   *
   * @param failure what was wrong; empty if it answered
   * @param failuresMax how many failures in a row make it lost, 1 or more
   */
  public BalancerHealth after(Optional<String> failure, int failuresMax) {
    if (failure.isEmpty()) {
      return new BalancerHealth(State.ALIVE, 0);
    }
    int row = failures + 1;
    return new BalancerHealth(row >= failuresMax ? State.LOST : state, row);
  }

  /**
   * Whether the last check is one after which it is started again: that by which it was lost, then
   * when it had {@value #START_ROWS} times as long to start, and then after pauses that double, up
   * to {@value #PAUSE_MAX} times the first.
   *
   * @param failuresMax as in {@link #after}
   */
  public boolean startsAgain(int failuresMax) {
    int rows = failures / failuresMax;
    if (state != State.LOST || failures % failuresMax != 0) {
      return false;
    }
    int starts = rows / START_ROWS;
    boolean doubled = starts < PAUSE_MAX ? Integer.bitCount(starts) == 1 : starts % PAUSE_MAX == 0;
    return rows == 1 || (rows % START_ROWS == 0 && doubled);
  }

  /** Whether a check brought it into this state. */
  public boolean entered(State entered, BalancerHealth before) {
    return state == entered && before.state() != entered;
  }
}
