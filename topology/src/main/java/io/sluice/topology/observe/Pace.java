package io.sluice.topology.observe;

/**
 * Tells whether panes come at the pace of time, or faster, because a backlog is being worked off.
 *
 * <p>After a stop, the metrics of hours can come in seconds, or in half the time that they took.
 * What they say is past, and must not be taken for the load of now. The broker's clock cannot be
 * compared with the local one, but their difference is steady while panes come in time, and moves
 * while a backlog shrinks: panes count as current again once it has been steady for {@link
 * #STEADY_MILLIS}, and for half as long again as it last took to move.
 *
 * <pre>
 *   pace    the difference moves by {@link #TOLERANCE_MILLIS}   so it must be steady for
 *   600     every 3 ms                                   1 s
 *   2       every 2 s                                    3 s
 *   1.1     every 20 s                                   30 s
 * </pre>
 */
final class Pace {
  /** How long the difference must have been steady. */
  static final long STEADY_MILLIS = 1_000;

  /** Panes come up to about a second late by themselves; a larger move is a backlog. */
  static final long TOLERANCE_MILLIS = 2_000;

  /** What takes longer to move is as good as steady, and hiccups that far apart are no pace. */
  static final long MOVE_MAX_MILLIS = 60_000;

  private boolean begun;
  private long lead;
  private long steadySince;
  private long steadyFor = STEADY_MILLIS;

  /** Notes that the pane of this second, the newest so far, came at this local time. */
  void pane(long second, long now) {
    long difference = second * Pane.LENGTH_MILLIS - now;
    if (!begun || Math.abs(difference - lead) > TOLERANCE_MILLIS) {
      long took = now - steadySince;
      boolean catchesUp = begun && difference > lead && took <= MOVE_MAX_MILLIS;
      steadyFor = catchesUp ? Math.max(STEADY_MILLIS, took + took / 2) : STEADY_MILLIS;
      begun = true;
      lead = difference;
      steadySince = now;
    }
  }

  /** Whether what came last is of now. */
  boolean steady(long now) {
    return begun && now - steadySince >= steadyFor;
  }
}
