package io.sluice.schemas.config;

import io.sluice.schemas.text.Sentence;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How Kafka is reached.
 *
 * @param bootstrap brokers to ask first, {@code host:port[,host:port]}
 * @param properties further settings of every client by Kafka's names, such as credentials and TLS;
 *     none of {@link #OWN}
 */
public record KafkaAccess(String bootstrap, Map<String, String> properties) {
  /**
   * What the parts say themselves, since their correctness or their pace depends on it: what is
   * committed, read and written once, by whom, and how long things take.
   */
  public static final Set<String> OWN =
      Set.of(
          "acks",
          "allow.auto.create.topics",
          "auto.offset.reset",
          "batch.size",
          "bootstrap.servers",
          "buffer.memory",
          "client.id",
          "default.api.timeout.ms",
          "delivery.timeout.ms",
          "enable.auto.commit",
          "enable.idempotence",
          "enable.metrics.push",
          "fetch.max.bytes",
          "fetch.max.wait.ms",
          "group.id",
          "group.instance.id",
          "group.protocol",
          "interceptor.classes",
          "isolation.level",
          "key.deserializer",
          "key.serializer",
          "linger.ms",
          "max.block.ms",
          "max.in.flight.requests.per.connection",
          "max.partition.fetch.bytes",
          "max.poll.records",
          "metric.reporters",
          "partitioner.class",
          "partitioner.ignore.keys",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retries",
          "transaction.timeout.ms",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  /**
   * The longest pause between two tries of a client, in milliseconds. Kafka's own, a second, is
   * what clients wait in vain when another broker has already taken over from one that was lost.
   */
  public static final int RETRY_BACKOFF_MAX_MILLIS = 200;

  /** The setting that it is for; one that users may make. */
  public static final String RETRY_BACKOFF_MAX = "retry.backoff.max.ms";

  /** What stands in the place of a secret. */
  public static final String HIDDEN = "(hidden)";

  /** What a name of {@link #OWN} is told. */
  public static final String NOT_OWN = "no setting that Sluice makes itself";

  /**
   * Copies the settings.
   *
   * @throws IllegalArgumentException if one of them is among {@link #OWN}
   */
  public KafkaAccess {
    properties = Map.copyOf(properties);
    Set<String> refused = new TreeSet<>(properties.keySet());
    refused.retainAll(OWN);
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(Sentence.of("%s set: expected %s", refused, NOT_OWN));
    }
  }

  /** Kafka at these brokers, without further settings. */
  public static KafkaAccess at(String bootstrap) {
    return new KafkaAccess(bootstrap, Map.of());
  }

  /**
   * The further settings under a key. What is wrong with them is noted there, without a value, and
   * left out.
   */
  public static Map<String, String> properties(Section section, String key) {
    Map<String, String> properties = new TreeMap<>(section.dotted(key));
    properties.keySet().stream()
        .filter(OWN::contains)
        .forEach(name -> section.note(key + "." + name, "set", NOT_OWN));
    properties.keySet().removeAll(OWN);
    return properties;
  }

  /**
   * All settings of a client.
   *
   * @param own those that the client makes itself, all of {@link #OWN}
   * @throws IllegalArgumentException if a name of them is not, so that a user could set it too
   */
  public Map<String, Object> settings(Map<String, Object> own) {
    if (!OWN.containsAll(own.keySet())) {
      throw new IllegalArgumentException(Sentence.of("%s: expected some of %s", own.keySet(), OWN));
    }
    Map<String, Object> settings = new HashMap<>();
    settings.put(RETRY_BACKOFF_MAX, RETRY_BACKOFF_MAX_MILLIS);
    settings.putAll(properties);
    settings.putAll(own);
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }

  /**
   * Whether a setting, or a variable for one, holds a secret.
   *
   * @param name such as {@code sasl.jaas.config} or {@code SLUICE_KAFKA_SASL_JAAS_CONFIG}
   */
  public static boolean secret(String name) {
    String dotted = name.toLowerCase(Locale.ROOT).replace('_', '.');
    return dotted.contains("jaas")
        || dotted.contains("password")
        || dotted.contains("secret")
        || dotted.endsWith("keystore.key");
  }

  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(properties);
    shown.replaceAll((name, value) -> secret(name) ? HIDDEN : value);
    return bootstrap + " " + shown;
  }
}
