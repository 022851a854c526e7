package io.sluice.topology.observe;

/**
 * Tells whether panes come at the pace of time, or faster, because a backlog is being worked off.
 *
 * <p>After a stop, the metrics of hours can come in seconds. What they say is past, and must not be
 * taken for the load of now. The broker's clock cannot be compared with the local one, but their
 * difference is steady while panes come in time, and moves while a backlog shrinks: panes count as
 * current again once it has been steady for {@link #STEADY_MILLIS}.
 */
final class Pace {
  /** How long the difference must have been steady. */
  static final long STEADY_MILLIS = 1_000;

  /** Panes come up to about a second late by themselves; a larger move is a backlog. */
  static final long TOLERANCE_MILLIS = 2_000;

  private boolean begun;
  private long lead;
  private long steadySince;

  /** Notes that the pane of this second, the newest so far, came at this local time. */
  void pane(long second, long now) {
    long difference = second * Pane.LENGTH_MILLIS - now;
    if (!begun || Math.abs(difference - lead) > TOLERANCE_MILLIS) {
      begun = true;
      lead = difference;
      steadySince = now;
    }
  }

  /** Whether what came last is of now. */
  boolean steady(long now) {
    return begun && now - steadySince >= STEADY_MILLIS;
  }
}
