package io.sluice.provisioner.elector;

import static io.sluice.schemas.topic.Topics.LEADERSHIP;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.Loops;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes heartbeats as long as a term lasts and its loop turns: a leader that is stuck stops to
 * write them.
 */
public final class HeartbeatWriter implements LeaderTask {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatWriter.class);

  /** A send may wait for Kafka for a second. */
  private static final Duration TURN_MAX = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final Electorate electorate;
  private final URI url;
  private final Loops loops;

  /**
   * Writes heartbeats of this monitor.
   *
   * @param electorate which monitor that is, and how often
   * @param url where it answers
   */
  public HeartbeatWriter(KafkaSettings settings, Electorate electorate, URI url, Loops loops) {
    this.settings = settings;
    this.electorate = electorate;
    this.url = url;
    this.loops = loops;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    return loops.restarting("heartbeats", TURN_MAX, turns -> write(term, turns))::close;
  }

  private void write(LeaderContext term, Loops.Turns turns) throws InterruptedException {
    AtomicBoolean failing = new AtomicBoolean();
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            settings.heartbeatProducer(), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      while (true) {
        turns.turned();
        if (term.turning()) {
          send(producer, heartbeat(term.epoch()), failing);
        }
        Thread.sleep(electorate.timings().heartbeatInterval());
      }
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private ProducerRecord<byte[], byte[]> heartbeat(Epoch epoch) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            LEADERSHIP.name(),
            LEADERSHIP.key().encode(electorate.self()),
            LEADERSHIP.value().encode(new Heartbeat(electorate.self(), epoch, url)));
    record.headers().add(Incarnation.HEADER, electorate.incarnation().value().getBytes(UTF_8));
    return record;
  }

  /** Says once that heartbeats can't be written, and once that they can again. */
  private static void send(
      Producer<byte[], byte[]> producer,
      ProducerRecord<byte[], byte[]> record,
      AtomicBoolean failing) {
    try {
      var _ =
          producer.send(
              record,
              (at, failure) -> {
                boolean fails = failure != null;
                if (failing.getAndSet(fails) != fails) {
                  LOG.warn("heartbeats {}", fails ? "fail: " + failure : "are written again");
                }
              });
    } catch (KafkaException failed) {
      if (!failing.getAndSet(true)) {
        LOG.warn("heartbeats fail: {}", failed.toString());
      }
    }
  }
}
