package io.sluice.topology.observe;

/**
 * Tells of one server's reports whether they are of now.
 *
 * <p>Who could not reach the broker for a while may keep its reports and send them all at once.
 * What they say is past, and must not be taken for the load of now, whenever it comes. The clock of
 * a server can't be compared with the broker's; but of reports that are sent when they are
 * measured, the difference of both is always about the same, and one that lags behind that is old:
 *
 * <pre>
 *   measured − appended, in seconds:   −3 −3 −4 −3   −63 −62 −61 …   −3 −3
 *                                       present       old             present
 * </pre>
 *
 * <p>Of the first reports of all nobody knows that they are old, until one comes that lags much
 * less. A clock that is set back looks like old reports; it is believed once the reports have kept
 * their new distance for {@link #CLOCK_BACK_MILLIS}, which those of a backlog never do. Nor is it
 * reports whose distance grows little by little, because their sender does not keep up: a clock
 * that is set back does so at once. A clock that is set ahead looks like the end of a backlog, and
 * is believed a second later.
 */
final class ReportTimes {
  /** Reports are sent in portions, up to some ten seconds after they were measured. */
  static final long TOLERANCE_MILLIS = 15_000;

  /** For so long a clock must be back before it is believed. */
  static final long CLOCK_BACK_MILLIS = 15_000;

  /** For so long reports must keep pace with the broker's clock after a jump. */
  static final long STEADY_MILLIS = 1_000;

  /** What a report is. */
  enum Age {
    /** Of now. */
    PRESENT,
    /** Of earlier than now. */
    OLD,
    /** The same, and those before it were older still, though they were taken for present ones. */
    OLD_BEFORE
  }

  /** After so long the usual difference follows what is, since clocks drift. */
  private static final long DRIFT_MILLIS = 60_000;

  /** How much they may drift apart in that time; it follows by no more. */
  private static final long STEADY_TOLERANCE_MILLIS = 2_000;

  private boolean begun;
  private long usual;
  private long usualSince;
  private long steadyFrom;
  private long settledFrom;
  private long lag;
  private long lagSince;

  private long last;

  /** Whether it fell behind at once. */
  private boolean setBack;

  /** What the next report is. Its times are in milliseconds since 1970. */
  Age of(long measured, long appended) {
    long difference = measured - appended;
    long step = difference - last;
    last = difference;
    if (!begun) {
      begun = true;
      settle(difference, appended, appended);
      return Age.PRESENT;
    }
    // What is worked off catches up; who has just been heard of for the first time may do so.
    long ahead = appended < settledFrom ? STEADY_TOLERANCE_MILLIS : TOLERANCE_MILLIS;
    if (difference > usual + ahead) {
      settle(difference, appended, appended + STEADY_MILLIS);
      return Age.OLD_BEFORE;
    }
    if (difference < usual - TOLERANCE_MILLIS) {
      setBack |= Math.abs(step) > STEADY_TOLERANCE_MILLIS;
      return lagging(difference, appended);
    }
    if (appended - usualSince >= DRIFT_MILLIS) {
      usual += Math.clamp(difference - usual, -STEADY_TOLERANCE_MILLIS, STEADY_TOLERANCE_MILLIS);
      usualSince = appended;
    }
    setBack = false;
    lag = difference;
    lagSince = appended;
    return appended >= steadyFrom ? Age.PRESENT : Age.OLD;
  }

  private Age lagging(long difference, long appended) {
    if (Math.abs(difference - lag) > STEADY_TOLERANCE_MILLIS || appended < lagSince) {
      lag = difference;
      lagSince = appended;
    }
    if (!setBack || appended - lagSince < CLOCK_BACK_MILLIS) {
      return Age.OLD;
    }
    settle(difference, appended, appended);
    return Age.PRESENT;
  }

  private void settle(long difference, long appended, long steady) {
    usual = difference;
    usualSince = appended;
    steadyFrom = steady;
    settledFrom = appended + STEADY_MILLIS;
    setBack = false;
    lag = difference;
    lagSince = appended;
  }
}
