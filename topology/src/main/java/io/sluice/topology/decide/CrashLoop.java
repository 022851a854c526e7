package io.sluice.topology.decide;

import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import java.time.Duration;
import java.time.Instant;

/**
 * A row of servers that failed early, each in place of the one before, and how long it delays the
 * next start.
 *
 * <p>A server fails early if it can't be started, or dies before it was ready for {@link
 * #STABLE_AFTER}. The first one of a row is replaced at once; the next ones after 1, 2, 4 …
 * seconds, at most {@link #DELAY_MAX}. A server that was started before the row's last failure does
 * not lengthen the row when it fails too: ten servers that one fault takes down together are one
 * failure, not ten. A server that became ready after the last failure and stayed so for {@link
 * #STABLE_AFTER} ends the row; so does a person who sets a template or a number, since that is an
 * order to try again.
 *
 * @param failures how many in a row, 0 or more
 * @param last broker's time of the last one that lengthened the row
 * @param notBefore broker's time before which no server is started
 */
public record CrashLoop(int failures, Instant last, Instant notBefore) {
  /** No failure at all. */
  public static final CrashLoop NONE = new CrashLoop(0, Instant.EPOCH, Instant.EPOCH);

  /**
   * A server that was ready this long works: a fault in its image or its start-up shows earlier,
   * and it is six of the origin's windows of ten seconds.
   */
  public static final Duration STABLE_AFTER = Duration.ofSeconds(60);

  /** The second failure in a row delays the next start by this: about as long as a start takes. */
  public static final Duration DELAY_MIN = Duration.ofSeconds(1);

  /** The longest delay: what users know from Kubernetes, and soon enough after a repair. */
  public static final Duration DELAY_MAX = Duration.ofMinutes(5);

  private static final int DOUBLINGS_MAX = 9;

  /** Whether starts have to wait at this moment. */
  public boolean delays(Instant time) {
    return failures > 0 && time.isBefore(notBefore);
  }

  /** The row after a server that was started (or commanded) at this time failed early. */
  CrashLoop failed(Instant started, Instant now) {
    if (failures > 0 && started.isBefore(last)) {
      return this;
    }
    return new CrashLoop(failures + 1, now, now.plus(delay(failures + 1)));
  }

  /** The row, ended if the server shows that the fault is gone. */
  CrashLoop calmedBy(Server server, Instant now) {
    return failures > 0 && stable(server, now) && !server.since().isBefore(last) ? NONE : this;
  }

  /** Whether the server has been ready for long enough. */
  static boolean stable(Server server, Instant now) {
    return server.state() == ServerState.READY && !now.isBefore(server.since().plus(STABLE_AFTER));
  }

  private static Duration delay(int failures) {
    if (failures == 1) {
      return Duration.ZERO;
    }
    Duration delay = DELAY_MIN.multipliedBy(1L << Math.min(failures - 2, DOUBLINGS_MAX));
    return delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay;
  }
}
