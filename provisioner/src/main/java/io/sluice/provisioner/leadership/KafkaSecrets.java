package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.SECRETS;

import io.sluice.provisioner.plan.SecretWrite;
import io.sluice.provisioner.plan.Secrets;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of secrets as a leader reads it once, when it takes office, and writes it from then.
 */
final class KafkaSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSecrets.class);
  private static final TopicPartition PLACE = new TopicPartition(SECRETS.name(), 0);
  private static final Duration POLL = Duration.ofMillis(100);

  /** A few hundred values of some KB are read in a fraction of a second. */
  private static final Duration READING_MAX = Duration.ofSeconds(15);

  private KafkaSecrets() {}

  /**
   * Everything that stands in the topic; the consumer's assignment is another one afterwards.
   *
   * @throws KafkaException if it can't be read to its end
   */
  static Secrets read(Consumer<byte[], byte[]> consumer) {
    SortedMap<SecretVersion, SealedSecret> secrets = new TreeMap<>();
    List<TopicPartition> places = List.of(PLACE);
    long end = consumer.endOffsets(places).getOrDefault(PLACE, 0L);
    if (end == 0) {
      return Secrets.NONE;
    }
    consumer.assign(places);
    consumer.seekToBeginning(places);
    long deadline = System.nanoTime() + READING_MAX.toNanos();
    while (consumer.position(PLACE) < end) {
      if (System.nanoTime() - deadline > 0) {
        throw new KafkaException(
            "topic %s can't be read to its end at %d".formatted(SECRETS.name(), end));
      }
      consumer.poll(POLL).records(PLACE).forEach(record -> take(record, secrets));
    }
    return new Secrets(secrets);
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record, SortedMap<SecretVersion, SealedSecret> secrets) {
    if (record.key() == null
        || !(SECRETS.key().decode(record.key()) instanceof Decoded.Value<SecretVersion>(var id))) {
      LOG.warn("record {} of topic {} has no secret's key", record.offset(), SECRETS.name());
      return;
    }
    if (record.value() == null) {
      secrets.remove(id);
      return;
    }
    switch (SECRETS.value().decode(record.value())) {
      case Decoded.Value<SealedSecret>(SealedSecret secret) when secret.id().equals(id) ->
          secrets.put(id, secret);
      case Decoded<SealedSecret> other ->
          // Whoever needs it hears that it is not there.
          LOG.warn("secret {} at offset {} can't be read: {}", id, record.offset(), kind(other));
    }
  }

  /** What is wrong, without anything of what stands there. */
  private static String kind(Decoded<SealedSecret> other) {
    return switch (other) {
      case Decoded.Value<SealedSecret>(var secret) -> "it says that it is " + secret.id();
      case Decoded.UnknownType<SealedSecret> unknown -> "unknown type";
      case Decoded.Malformed<SealedSecret>(String problem) -> problem;
    };
  }

  // A record without a value is how Kafka says that there is none any more.
  @SuppressWarnings("NullAway")
  static ProducerRecord<byte[], byte[]> record(SecretWrite write) {
    return switch (write) {
      case SecretWrite.Put(SealedSecret secret) ->
          new ProducerRecord<>(
              SECRETS.name(),
              PLACE.partition(),
              SECRETS.key().encode(secret.id()),
              SECRETS.value().encode(secret));
      case SecretWrite.Drop(SecretVersion version) ->
          new ProducerRecord<>(
              SECRETS.name(), PLACE.partition(), SECRETS.key().encode(version), null);
    };
  }
}
