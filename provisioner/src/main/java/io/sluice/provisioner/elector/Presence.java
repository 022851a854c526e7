package io.sluice.provisioner.elector;

import static io.sluice.schemas.topic.Topics.LEADERSHIP;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every second that this process is there, whether or not it leads: records of {@code
 * leadership} without a value, with the incarnation as a header. By them two processes with one id
 * find out about each other.
 */
public final class Presence implements AutoCloseable {
  /** The header of a process that takes office. */
  static final String TAKING = "sluice-taking";

  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A send may wait for Kafka for a second. */
  private static final Duration TURN_MAX = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final Electorate electorate;
  private final Loops loops;
  private volatile Optional<Supervised> loop = Optional.empty();

  /** Nothing is written yet. */
  public Presence(KafkaSettings settings, Electorate electorate, Loops loops) {
    this.settings = settings;
    this.electorate = electorate;
    this.loops = loops;
  }

  /**
   * Begins to write.
   *
   * @param taking whether this monitor takes office just now
   */
  void start(BooleanSupplier taking) {
    loop = Optional.of(loops.restarting("presence", TURN_MAX, turns -> write(taking, turns)));
  }

  private void write(BooleanSupplier taking, Loops.Turns turns) throws InterruptedException {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            settings.presenceProducer(), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      while (true) {
        turns.turned();
        send(producer, taking.getAsBoolean());
        Thread.sleep(INTERVAL);
      }
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private void send(Producer<byte[], byte[]> producer, boolean taking) {
    ProducerRecord<byte[], byte[]> sign =
        new ProducerRecord<>(LEADERSHIP.name(), LEADERSHIP.key().encode(electorate.self()), null);
    sign.headers().add(Incarnation.HEADER, electorate.incarnation().value().getBytes(UTF_8));
    if (taking) {
      sign.headers().add(TAKING, new byte[0]);
    }
    try {
      var _ = producer.send(sign);
    } catch (KafkaException failed) {
      // Whoever reads says that Kafka does not answer.
      LOG.debug("a sign of life can't be written for now", failed);
    }
  }

  @Override
  public void close() {
    loop.ifPresent(Supervised::close);
  }
}
