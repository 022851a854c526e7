package io.sluice.provisioner.election;

import io.sluice.schemas.config.Section;
import java.time.Duration;

/**
 * How long things take in an election.
 *
 * @param checkInterval how often a follower checks its leader; 100 ms to 1 h
 * @param answerTimeout how long a monitor may take to answer a check or a message; 50 ms to 1 min
 * @param heartbeatInterval how often the leader writes a heartbeat; 20 ms to 10 s
 * @param heartbeatGrace for how long after a doubt began a heartbeat proves nothing, since it may
 *     have been on its way
 * @param doubtPatience how long a follower that lost its leader looks for its heartbeats
 * @param heartbeatTimeout after what silence of the heartbeats a leader that answers is doubted too
 * @param lookTime how long a monitor that starts looks for a leader
 * @param victoryTimeout how long a higher monitor that answered may take to lead, and how long a
 *     leader may take to hand over
 * @param takeTimeout how long taking office may stand still; longer than each of its steps may take
 * @param restMin the pause after the first failure; doubles each time
 * @param restMax the longest pause
 */
public record ElectionTimings(
    Duration checkInterval,
    Duration answerTimeout,
    Duration heartbeatInterval,
    Duration heartbeatGrace,
    Duration doubtPatience,
    Duration heartbeatTimeout,
    Duration lookTime,
    Duration victoryTimeout,
    Duration takeTimeout,
    Duration restMin,
    Duration restMax) {
  /** The origin's figure; a crash is noticed at once by the connection that is held open. */
  public static final Duration CHECK_INTERVAL_DEFAULT = Duration.ofSeconds(5);

  /** A monitor on a busy machine answers within this. */
  public static final Duration ANSWER_TIMEOUT_DEFAULT = Duration.ofSeconds(1);

  /** A hundred bytes ten times a second. */
  public static final Duration HEARTBEAT_INTERVAL_DEFAULT = Duration.ofMillis(100);

  /** Fifteen heartbeats: a garbage collection or a burst on the disk is no death. */
  public static final Duration HEARTBEAT_TIMEOUT_DEFAULT = Duration.ofMillis(1500);

  private static final int TICKS_PER_BEAT = 5;
  private static final int GRACE_BEATS = 1;
  private static final int PATIENCE_BEATS = 4;
  private static final int LOOK_BEATS = 8;
  private static final Duration VICTORY_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TAKE_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration REST_MIN = Duration.ofMillis(500);
  private static final Duration REST_MAX = Duration.ofSeconds(10);

  /** The defaults. Made of the constants above, so that it stands behind them. */
  public static final ElectionTimings DEFAULT =
      of(
          CHECK_INTERVAL_DEFAULT,
          ANSWER_TIMEOUT_DEFAULT,
          HEARTBEAT_INTERVAL_DEFAULT,
          HEARTBEAT_TIMEOUT_DEFAULT);

  /** Timings of which those that follow from the heartbeats are derived. */
  public static ElectionTimings of(
      Duration checkInterval,
      Duration answerTimeout,
      Duration heartbeatInterval,
      Duration heartbeatTimeout) {
    return new ElectionTimings(
        checkInterval,
        answerTimeout,
        heartbeatInterval,
        heartbeatInterval.multipliedBy(GRACE_BEATS),
        heartbeatInterval.multipliedBy(PATIENCE_BEATS),
        heartbeatTimeout,
        heartbeatInterval.multipliedBy(LOOK_BEATS),
        VICTORY_TIMEOUT,
        TAKE_TIMEOUT,
        REST_MIN,
        REST_MAX);
  }

  /** Reads the keys, which are called like the components that are not derived. */
  public static ElectionTimings read(Section section) {
    Duration check =
        section.duration(
            "checkInterval", CHECK_INTERVAL_DEFAULT, Duration.ofMillis(100), Duration.ofHours(1));
    Duration answer =
        section.duration(
            "answerTimeout", ANSWER_TIMEOUT_DEFAULT, Duration.ofMillis(50), Duration.ofMinutes(1));
    Duration beat =
        section.duration(
            "heartbeatInterval",
            HEARTBEAT_INTERVAL_DEFAULT,
            Duration.ofMillis(20),
            Duration.ofSeconds(10));
    Duration timeout =
        section.duration(
            "heartbeatTimeout",
            HEARTBEAT_TIMEOUT_DEFAULT,
            Duration.ofMillis(100),
            Duration.ofMinutes(5));
    if (timeout.compareTo(beat.multipliedBy(PATIENCE_BEATS)) < 0) {
      section.note(
          "heartbeatTimeout",
          timeout.toString(),
          "at least %d times heartbeatInterval".formatted(PATIENCE_BEATS));
    }
    return of(check, answer, beat, timeout);
  }

  /** How often deadlines are looked at: five times between two heartbeats. */
  public Duration tick() {
    return heartbeatInterval.dividedBy(TICKS_PER_BEAT);
  }

  /**
   * Within this every other monitor has asked for votes and waited for the answers: it rests, asks,
   * and waits for whoever answered.
   */
  Duration othersTurn() {
    return restMax.plus(answerTimeout).plus(victoryTimeout).multipliedBy(2);
  }

  /**
   * The pause after failures in a row.
   *
   * @param failures 1 or more
   */
  Duration rest(int failures) {
    Duration rest = restMin;
    for (int failure = 1; failure < failures && rest.compareTo(restMax) < 0; failure++) {
      rest = rest.multipliedBy(2);
    }
    return rest.compareTo(restMax) < 0 ? rest : restMax;
  }
}
