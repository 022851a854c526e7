package io.sluice.compose.cluster;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that a broker which crashed left open in its own controller, ended before the same
 * broker starts again.
 *
 * <p>Without this, a start after a crash finds itself still registered as the leader of all its
 * partitions, and its coordinators begin to work; a moment later the controller ends the old
 * session, and then elects the broker anew. In Kafka 4.3.1, and by its code in 4.4.0, two things
 * can go wrong between the two terms, both for good:
 *
 * <ul>
 *   <li>The transaction coordinator of the first term aborts what the crash left open, and skips
 *       the partitions that have no leader at that moment as "likely deleted" ({@code
 *       TransactionMarkerChannelManager.addTxnMarkersToBrokerQueue}). Their transactions stay open:
 *       what was written after them can't be read by anybody who reads committed records.
 *   <li>The end of the group coordinator's first load, late or failed, is taken for the end of the
 *       second ({@code CoordinatorRuntime}, where the completion of a load looks at the state of
 *       the partition's coordinator, not at the epoch that the load was started for). Such a
 *       coordinator serves with half of what it should know, or has failed and is not loaded again.
 * </ul>
 */
final class StaleSession {
  private static final Logger LOG = LoggerFactory.getLogger(StaleSession.class);

  /** Kafka's own mark of a shutdown in order, in the data directory. */
  private static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";

  private static final String FENCED_BROKERS = "FencedBrokerCount";
  private static final String ACTIVE_BROKERS = "ActiveBrokerCount";
  private static final String ACTIVE_CONTROLLERS = "ActiveControllerCount";

  /** The broker is not there, so that nothing is gained by waiting for it. */
  private static final Duration SESSION = Duration.ofMillis(100);

  /** Longer than a controller needs to read its log on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A controller that is in office for so long has read its log. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofMillis(20);

  private StaleSession() {}

  /** Whether a broker has run on this data and did not stop in order. */
  static boolean isIn(Path data) {
    return Files.exists(data.resolve("__cluster_metadata-0"))
        && !Files.exists(data.resolve(CLEAN_SHUTDOWN));
  }

  /**
   * Runs the controller alone, until it has ended the broker's session.
   *
   * @param settings the broker's, with both roles
   */
  static void end(Properties settings) {
    Properties alone = new Properties();
    alone.putAll(settings);
    alone.remove("advertised.listeners");
    alone.remove("inter.broker.listener.name");
    alone.put("process.roles", "controller");
    alone.put("listeners", controllerOf(settings.getProperty("listeners")));
    alone.put("broker.session.timeout.ms", Long.toString(SESSION.toMillis()));
    // Kafka complains of more than half a session, though nobody sends any here.
    alone.put("broker.heartbeat.interval.ms", Long.toString(SESSION.toMillis() / 2));
    KafkaRaftServer controller =
        new KafkaRaftServer(KafkaConfig.fromProps(alone, false), Time.SYSTEM);
    controller.startup();
    try {
      if (!isEndedInTime()) {
        LOG.warn(
            "Kafka's controller did not end the session of the broker that crashed within {} s;"
                + " the broker starts all the same",
            PATIENCE.toSeconds());
      }
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  private static String controllerOf(String listeners) {
    for (String listener : listeners.split(",", -1)) {
      if (listener.startsWith("CONTROLLER://")) {
        return listener;
      }
    }
    throw new ClusterException("no listener of Kafka's controller in " + listeners);
  }

  /** Whether the broker's session is ended, or there was none: it never came as far as that. */
  private static boolean isEndedInTime() {
    long start = System.nanoTime();
    long inOffice = start;
    for (long now = start; now - start < PATIENCE.toNanos(); now = System.nanoTime()) {
      if (metric(FENCED_BROKERS) > 0) {
        return true;
      }
      if (metric(ACTIVE_CONTROLLERS) == 0) {
        inOffice = now;
      } else if (now - inOffice > SETTLED.toNanos() && metric(ACTIVE_BROKERS) == 0) {
        return true;
      }
      pause();
    }
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while Kafka starts", interrupted);
    }
  }

  /**
   * One of the controller's own; 0 as long as it does not tell it yet. They are those of the
   * process: two brokers in one would be taken for each other.
   */
  private static int metric(String name) {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName bean = new ObjectName("kafka.controller:type=KafkaController,name=" + name);
      return beans.isRegistered(bean) ? (Integer) beans.getAttribute(bean, "Value") : 0;
    } catch (JMException gone) {
      throw new ClusterException("Kafka's controller does not tell its " + name, gone);
    }
  }
}
