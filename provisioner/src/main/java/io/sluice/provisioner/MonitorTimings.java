package io.sluice.provisioner;

import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.schemas.config.Section;
import java.time.Duration;

/**
 * How long things take in a monitor.
 *
 * @param transactionTimeout how long a transaction may take, and how long the broker may be out of
 *     reach before the leader stops acting; 1 s to 1 min
 * @param stopGrace how long a stopped server may take to end by itself; 0 s to 10 min
 * @param listInterval how often the fleet is compared with the journal; 1 s to 1 h
 * @param snapshotInterval how often a snapshot is taken; 1 s to 1 h
 * @param balancerInterval how often each balancer is checked; 100 ms to 1 min
 */
public record MonitorTimings(
    Duration transactionTimeout,
    Duration stopGrace,
    Duration listInterval,
    Duration snapshotInterval,
    Duration balancerInterval) {
  /** As long as Docker gives by default. */
  public static final Duration STOP_GRACE_DEFAULT = Duration.ofSeconds(10);

  /** Exits are noticed at once; this is for what was missed. */
  public static final Duration LIST_INTERVAL_DEFAULT = Duration.ofSeconds(30);

  /** A few seconds of journal are read again in milliseconds. */
  public static final Duration SNAPSHOT_INTERVAL_DEFAULT = Duration.ofSeconds(10);

  /** Three failures make a balancer lost: within six seconds. */
  public static final Duration BALANCER_INTERVAL_DEFAULT = Duration.ofSeconds(2);

  /** The defaults. */
  public static final MonitorTimings DEFAULT =
      new MonitorTimings(
          KafkaSettings.TRANSACTION_TIMEOUT_DEFAULT,
          STOP_GRACE_DEFAULT,
          LIST_INTERVAL_DEFAULT,
          SNAPSHOT_INTERVAL_DEFAULT,
          BALANCER_INTERVAL_DEFAULT);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Reads the keys, which are called like the components. */
  static MonitorTimings read(Section section) {
    return new MonitorTimings(
        section.duration("transactionTimeout", DEFAULT.transactionTimeout(), SECOND, MINUTE),
        section.duration("stopGrace", DEFAULT.stopGrace(), Duration.ZERO, MINUTE.multipliedBy(10)),
        section.duration("listInterval", DEFAULT.listInterval(), SECOND, HOUR),
        section.duration("snapshotInterval", DEFAULT.snapshotInterval(), SECOND, HOUR),
        section.duration(
            "balancerInterval", DEFAULT.balancerInterval(), Duration.ofMillis(100), MINUTE));
  }
}
