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
public record Vigil(State state, int failures) {
  /** Before the first check. */
  public static final Vigil BEGIN = new Vigil(State.UNKNOWN, 0);

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
  public Vigil after(Optional<String> failure, int failuresMax) {
    if (failure.isEmpty()) {
      return new Vigil(State.ALIVE, 0);
    }
    int row = Math.min(failures + 1, failuresMax);
    return new Vigil(row == failuresMax ? State.LOST : state, row);
  }

  /** Whether a check brought it into this state. */
  public boolean entered(State entered, Vigil before) {
    return state == entered && before.state() != entered;
  }
}
