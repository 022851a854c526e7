package io.sluice.schemas.topic;

import io.sluice.schemas.config.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a topic that somebody made differs from what Sluice can work with, and the command that mends
 * it. Only what is dangerous counts: times that writers choose, records that vanish, limits under
 * which records do not fit, and another number of partitions.
 */
public final class TopicFaults {
  /** Who keeps less of the history on purpose keeps at least what a leader reads at its start. */
  public static final Duration KEPT_MIN = Duration.ofDays(1);

  private static final String TIMESTAMPS = "message.timestamp.type";
  private static final String CLEANUP = "cleanup.policy";
  private static final String RETENTION = "retention.ms";
  private static final String RETENTION_BYTES = "retention.bytes";
  private static final String RECORD_BYTES = "max.message.bytes";

  /**
   * A setting of a topic as it is.
   *
   * @param value the value
   * @param own whether it was set on this topic; otherwise it is what the brokers do with any
   */
  public record Setting(String value, boolean own) {}

  private TopicFaults() {}

  /**
   * What is wrong with a topic, each with the command that mends it.
   *
   * @param topic what it is to be
   * @param expected how many partitions it is to have
   * @param partitions how many it has
   * @param settings its settings by Kafka's names
   */
  public static List<Problem> of(
      Topic<?, ?> topic, int expected, int partitions, Map<String, Setting> settings) {
    List<Problem> faults = new ArrayList<>();
    if (partitions != expected) {
      faults.add(
          new Problem(
              "topic " + topic.name() + ": partitions",
              Integer.toString(partitions),
              expected
                  + ", as configured: the number can't be changed once there are records; set"
                  + " partitions to "
                  + partitions
                  + " in every monitor's configuration, or begin with new topics"));
    }
    equal(topic, settings, TIMESTAMPS).ifPresent(faults::add);
    equal(topic, settings, CLEANUP).ifPresent(faults::add);
    kept(topic, settings, RETENTION).ifPresent(faults::add);
    kept(topic, settings, RETENTION_BYTES).ifPresent(faults::add);
    recordBytes(topic, settings).ifPresent(faults::add);
    return faults;
  }

  private static Optional<Problem> equal(
      Topic<?, ?> topic, Map<String, Setting> settings, String name) {
    String wanted = topic.settings().get(name);
    Setting found = settings.get(name);
    return wanted == null || found == null || found.value().equals(wanted)
        ? Optional.empty()
        : Optional.of(fault(topic, name, found, wanted));
  }

  /** What is to be kept must not vanish by what brokers do with any topic. */
  private static Optional<Problem> kept(
      Topic<?, ?> topic, Map<String, Setting> settings, String name) {
    Setting found = settings.get(name);
    boolean forEver = topic.retention().isEmpty() && topic.cleanup() == Topic.Cleanup.DELETE;
    if (found == null || !forEver || found.value().equals("-1")) {
      return Optional.empty();
    }
    boolean deliberate =
        found.own()
            && (name.equals(RETENTION_BYTES) || number(found.value()) >= KEPT_MIN.toMillis());
    return deliberate ? Optional.empty() : Optional.of(fault(topic, name, found, "-1"));
  }

  private static Optional<Problem> recordBytes(Topic<?, ?> topic, Map<String, Setting> settings) {
    Setting found = settings.get(RECORD_BYTES);
    String wanted = Integer.toString(Topic.RECORD_BYTES_MAX);
    return found == null || number(found.value()) >= Topic.RECORD_BYTES_MAX
        ? Optional.empty()
        : Optional.of(fault(topic, RECORD_BYTES, found, wanted));
  }

  private static Problem fault(Topic<?, ?> topic, String name, Setting found, String wanted) {
    return new Problem(
        "topic " + topic.name() + ": " + name,
        found.value() + (found.own() ? "" : " (the brokers' default)"),
        wanted
            + "; mend it with: kafka-configs.sh --bootstrap-server ADDRESS --alter --entity-type"
            + " topics --entity-name "
            + topic.name()
            + " --add-config "
            + name
            + "="
            + wanted);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException noNumber) {
      // Kafka has only numbers here; anything else is too little.
      return Long.MIN_VALUE;
    }
  }
}
