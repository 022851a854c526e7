package io.sluice.balancer;

import java.util.Map;

/**
 * How Kafka is reached.
 *
 * @param bootstrap brokers to ask first, {@code host:port[,host:port]}
 * @param properties further settings by Kafka's names, such as credentials and TLS; they win over
 *     ours
 */
public record KafkaAccess(String bootstrap, Map<String, String> properties) {
  /** Copies the settings. */
  public KafkaAccess {
    properties = Map.copyOf(properties);
  }

  /** Kafka at these brokers, without further settings. */
  public static KafkaAccess at(String bootstrap) {
    return new KafkaAccess(bootstrap, Map.of());
  }
}
