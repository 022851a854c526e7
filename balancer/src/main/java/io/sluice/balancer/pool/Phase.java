package io.sluice.balancer.pool;

import java.time.Instant;

/**
 * Which pool a server is in.
 *
 * <pre>
 *            failed check, or refused or reset by a request
 *   ALIVE ─────────────────────────────────────────────────▶ DISCONNECTED
 *     ▲  ▲                 successful retry                     │     │
 *     │  └───────────────────────────────────────────────────────┘     │ last retry failed
 *     │ ready again (new membership record)                            │
 *     │                                                                │
 *     │   ALIVE ──fails requests──▶ EJECTED ──time is up──▶ ALIVE      │
 *     │                                └──failed check──▶ DISCONNECTED │
 *     │                                                                ▼
 *   DRAINING ◀── membership says draining (from any pool) ────────── DEAD ──▶ reported
 *                                          ALIVE ◀──good check──────────┘
 * </pre>
 */
public sealed interface Phase {
  /** The ticket of a phase in which no check is under way. */
  long NO_CHECK = 0;

  /**
   * Takes requests.
   *
   * @param nextCheck when it is checked next
   * @param ticket the check under way, or {@link #NO_CHECK}
   */
  record Alive(Instant nextCheck, long ticket) implements Phase {}

  /**
   * Takes requests only if nobody alive is left.
   *
   * @param failedRetries how many retries failed so far
   * @param nextCheck when it is retried next
   * @param ticket the check under way, or {@link #NO_CHECK}
   * @param confirming whether the next check only confirms what a request found
   */
  record Disconnected(int failedRetries, Instant nextCheck, long ticket, boolean confirming)
      implements Phase {}

  /**
   * Can be reached, but failed requests in a row: takes requests only if nobody alive is left, or
   * too few are.
   *
   * @param until when it is alive again
   * @param nextCheck when it is checked next
   * @param ticket the check under way, or {@link #NO_CHECK}
   */
  record Ejected(Instant until, Instant nextCheck, long ticket) implements Phase {}

  /**
   * Given up: takes no requests, and is reported until the membership changes. It goes on being
   * checked, since nobody may be there to replace it: who was away for long is found again.
   *
   * @param nextCheck when it is checked next
   * @param ticket the check under way, or {@link #NO_CHECK}
   */
  record Dead(Instant nextCheck, long ticket) implements Phase {}

  /**
   * Takes no new requests; those in flight are finished.
   *
   * @param watch identifies this drain
   * @param reported whether it is finished, and was reported
   */
  record Draining(long watch, boolean reported) implements Phase {}
}
