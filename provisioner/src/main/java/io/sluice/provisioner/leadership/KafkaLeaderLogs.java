package io.sluice.provisioner.leadership;

import io.sluice.schemas.supervision.Loops;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the topics for terms, of which one is always connected ahead, so that whoever takes office
 * does not wait for connections and for what clients have to learn first. Being connected writes
 * nothing and fences nobody.
 */
public final class KafkaLeaderLogs implements LeaderLog.Source {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLeaderLogs.class);

  /** Far less than the minutes after which either side closes a connection that nobody uses. */
  private static final Duration REFRESH = Duration.ofSeconds(20);

  /** While none is connected, as after an outage or a term. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** A refresh asks Kafka a few times, and each answer may take as long as its time-out. */
  private static final Duration TURN_MAX = Duration.ofMinutes(2);

  private final KafkaSettings settings;
  private final Loops loops;

  /** Empty while it is refreshed: whoever comes then connects by itself. */
  private final AtomicReference<Optional<KafkaLeaderLog>> ahead =
      new AtomicReference<>(Optional.empty());

  /**
   * None is connected yet.
   *
   * @param loops the monitor's loops, of which this is one
   */
  public KafkaLeaderLogs(KafkaSettings settings, Loops loops) {
    this.settings = settings;
    this.loops = loops;
  }

  @Override
  public void start() {
    loops.restarting("office-connections", TURN_MAX, this::run);
  }

  @Override
  public LeaderLog connect() {
    return next();
  }

  /** Whether one is connected ahead. */
  public boolean ready() {
    return ahead.get().isPresent();
  }

  private KafkaLeaderLog next() {
    return ahead.getAndSet(Optional.empty()).orElseGet(() -> KafkaLeaderLog.connect(settings));
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    try {
      while (true) {
        turns.turned();
        refresh();
        Thread.sleep(ready() ? REFRESH : AGAIN);
      }
    } finally {
      ahead.getAndSet(Optional.empty()).ifPresent(KafkaLeaderLog::close);
    }
  }

  private void refresh() {
    KafkaLeaderLog log;
    try {
      log = next();
    } catch (KafkaException unmade) {
      LOG.debug("Kafka's clients can't be made ahead of a term for now", unmade);
      return;
    }
    boolean ready = false;
    try {
      log.prepare();
      ready = true;
    } catch (KafkaException away) {
      LOG.debug("Kafka can't be reached ahead of a term for now", away);
    } finally {
      if (ready) {
        ahead.set(Optional.of(log));
      } else {
        log.close();
      }
    }
  }
}
