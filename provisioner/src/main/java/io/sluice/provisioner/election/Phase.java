package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.time.Ticks;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a monitor stands.
 *
 * <pre>
 *  began ─▶ LOOKING ──leader met──▶ FOLLOWING ◀──it still writes──┐
 *              │                     │     │                      │
 *        nobody leads        I am higher  silent, broken, stale   │
 *              │                     ▼     └───────▶ DOUBTING ────┘
 *              │                  CLAIMING                │ it writes no more
 *              ▼                     │ ceded              ▼
 *          ELECTING ◀────────────────┼──────────────── (elect)
 *    answered │  │ nobody higher     ▼
 *             ▼  └───────────────▶ TAKING ──▶ LEADING ──claimed──▶ CEDING
 *         AWAITING                   │ failed    │ lost                │ left
 *             │ nobody came          ▼           ▼                     ▼
 *             └──────────────────▶ RESTING    LOOKING/RESTING       AWAITING
 * </pre>
 */
public sealed interface Phase {
  /**
   * Looks whether somebody leads.
   *
   * @param until then nobody does
   */
  record Looking(Ticks until) implements Phase {}

  /**
   * Follows a leader.
   *
   * @param leader whom
   * @param since when it was met
   * @param checkAt when it is checked next
   * @param reached whether it answers; false: it is known by its heartbeats only
   */
  record Following(MonitorId leader, Ticks since, Ticks checkAt, boolean reached)
      implements Phase {}

  /**
   * Wonders whether the leader is still there, and looks for its heartbeats.
   *
   * @param leader whom it followed
   * @param since when the doubt began
   * @param gone whether its host says that nobody listens there any more
   */
  record Doubting(MonitorId leader, Ticks since, boolean gone) implements Phase {}

  /**
   * Asks the higher ones whether they would lead.
   *
   * @param unheard who may still answer
   * @param since when they were asked
   */
  record Electing(SortedSet<MonitorId> unheard, Ticks since) implements Phase {
    /** Copies the set. */
    public Electing {
      unheard = Collections.unmodifiableSortedSet(new TreeSet<>(unheard));
    }
  }

  /**
   * Waits for a coordinator, since a higher one is there.
   *
   * @param since when that was heard
   */
  record Awaiting(Ticks since) implements Phase {}

  /**
   * Has asked a lower leader to hand over.
   *
   * @param leader whom
   * @param since when
   */
  record Claiming(MonitorId leader, Ticks since) implements Phase {}

  /**
   * Takes office.
   *
   * @param attempt its number
   * @param since when it began, or last went on
   */
  record Taking(long attempt, Ticks since) implements Phase {}

  /**
   * Leads.
   *
   * @param attempt the number of the attempt by which it took office
   * @param epoch its term
   * @param since when it took office
   */
  record Leading(long attempt, Epoch epoch, Ticks since) implements Phase {}

  /**
   * Leaves office for a higher one.
   *
   * @param attempt the number of the attempt that ends
   * @param epoch the term that ends
   * @param claimant who takes over
   */
  record Ceding(long attempt, Epoch epoch, MonitorId claimant) implements Phase {}

  /**
   * Rests before it tries again.
   *
   * @param since when the rest began
   */
  record Resting(Ticks since) implements Phase {}

  /** Takes no part any more. */
  record Ended() implements Phase {}
}
