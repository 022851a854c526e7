package io.sluice.app.report;

import io.sluice.schemas.config.KafkaAccess;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka producer of a server: one small record a second, each worth little a second later. */
public final class ProducerSettings {
  private static final int BLOCK_MAX_MS = 1_000;
  private static final int REQUEST_TIMEOUT_MS = 2_000;
  private static final int DELIVERY_TIMEOUT_MS = 4_000;
  private static final int RECONNECT_MS = 100;
  private static final int RECONNECT_MAX_MS = 1_000;
  private static final int BUFFER_BYTES = 1 << 20;

  private ProducerSettings() {}

  /**
   * A producer that connects in the background.
   *
   * @param kafka how Kafka is reached
   * @param client the name that the broker's logs show
   * @throws org.apache.kafka.common.KafkaException if none of the hosts has an address, or a
   *     setting can't be used
   */
  public static Producer<byte[], byte[]> producer(KafkaAccess kafka, String client) {
    return new KafkaProducer<>(
        settings(kafka, client), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The settings by Kafka's names. */
  static Map<String, Object> settings(KafkaAccess kafka, String client) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, client);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MAX_MS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_MS);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX_MS);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    // Neither JMX nor telemetry has a reader here, and both cost start-up time.
    settings.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
    settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return kafka.settings(settings);
  }
}
