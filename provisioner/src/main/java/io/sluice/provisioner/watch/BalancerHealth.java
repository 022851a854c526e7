package io.sluice.provisioner.watch;

/**
 * What a row of checks of one balancer adds up to.
 *
 * <pre>
 *   UNKNOWN ──▶ ALIVE ◀──▶ LOST      one good check makes it alive,
 *      │          ▲         │ ▲      a row of checks that are not good makes it lost,
 *      │          ▼         ▼ │      or foreign, if the last of them met another zone's;
 *      └──────▶ FOREIGN ──────┘      a row without any answer ends that
 * </pre>
 *
 * @param state what is known
 * @param failures checks in a row that were not good, 0 or more
 * @param silences those of them, from the last backwards, that met nobody, 0 or more
 */
public record BalancerHealth(State state, int failures, int silences) {
  /** Before the first check. */
  public static final BalancerHealth BEGIN = new BalancerHealth(State.UNKNOWN, 0, 0);

  private static final int START_ROWS = 5;
  private static final int PAUSE_MAX = 8;

  /** What is known of a balancer. */
  public enum State {
    /** Not enough was seen yet. */
    UNKNOWN,
    /** It answers. */
    ALIVE,
    /** It does not. */
    LOST,
    /** Another zone's answers in its place. */
    FOREIGN
  }

  /** Whom a check met. */
  public enum Met {
    /** The zone's balancer, and it is well. */
    ITS_OWN,
    /** Nobody, or one that is not well. */
    NOBODY,
    /** One that serves other zones. */
    ANOTHER_ZONES
  }

  /**
   * After one more check.
   *
   * @param failuresMax how many in a row that were not good make it lost or foreign, 1 or more
   */
  public BalancerHealth after(Met met, int failuresMax) {
    return switch (met) {
      case ITS_OWN -> new BalancerHealth(State.ALIVE, 0, 0);
      case ANOTHER_ZONES -> bad(State.FOREIGN, failures + 1 >= failuresMax, 0);
      case NOBODY -> {
        int row = state == State.FOREIGN ? silences : failures;
        yield bad(State.LOST, row + 1 >= failuresMax, silences + 1);
      }
    };
  }

  private BalancerHealth bad(State next, boolean enough, int silent) {
    return new BalancerHealth(enough ? next : state, failures + 1, silent);
  }

  /**
   * Whether the last check is one after which it is started again: that by which it was lost, then
   * when it had {@value #START_ROWS} times as long to start, and then after pauses that double, up
   * to {@value #PAUSE_MAX} times the first.
   *
   * @param failuresMax as in {@link #after}
   */
  public boolean startsAgain(int failuresMax) {
    int rows = silences / failuresMax;
    if (state != State.LOST || silences == 0 || silences % failuresMax != 0) {
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
