package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.JOURNAL;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.fleet.Fleet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidOffsetException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a monitor knows while it does not lead: it reads the journal as it grows, from a snapshot if
 * there is one, and records nothing. When Kafka is out of reach it keeps what it knows and tries
 * again.
 */
public final class JournalFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
  private static final String FOLLOWS = "this monitor follows another one";

  private final KafkaSettings settings;
  private final Snapshots snapshots;
  private final KafkaReading reading = new KafkaReading();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<LeadershipState> state =
      new AtomicReference<>(LeadershipState.NONE);
  private final Thread thread = new Thread(this::run, "journal-follower");

  /** A follower that does not read yet. */
  public JournalFollower(KafkaSettings settings, Snapshots snapshots) {
    this.settings = settings;
    this.snapshots = snapshots;
  }

  /** Begins to read. */
  public void start() {
    thread.start();
  }

  /** What the journal says as far as it was read; never a term. */
  public LeadershipState state() {
    return state.get();
  }

  private void run() {
    Optional<Snapshot> begin = snapshots.load();
    while (ended.getCount() > 0) {
      try {
        follow(begin);
      } catch (InvalidOffsetException gone) {
        LOG.warn("the journal is not the one that was followed, and is read anew: {}", gone, gone);
        begin = Optional.empty();
      } catch (InterruptException closed) {
        ended.countDown();
      } catch (KafkaException failed) {
        LOG.warn("the journal can't be followed for now: {}", failed.getMessage());
        state.updateAndGet(last -> last.without("Kafka does not answer: " + failed.getMessage()));
        begin = known();
        rest();
      }
    }
  }

  /** Where to go on after an interruption. */
  private Optional<Snapshot> known() {
    LeadershipState last = state.get();
    return last.journal().isEmpty()
        ? snapshots.load()
        : Optional.of(
            Snapshot.of(last.journal(), last.fleet().epoch(), last.offsets(), last.fleet()));
  }

  private void follow(Optional<Snapshot> begin) {
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.follower(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      KafkaSurvey survey = KafkaSurvey.take(settings);
      Optional<Snapshot> from =
          begin.filter(found ->
              found.fits(survey.journalId(), survey.journalBegins(), survey.journalEnds()));
      seek(consumer, survey, from);
      Fleet fleet = from.map(Snapshot::fleet).orElse(Fleet.EMPTY);
      while (ended.getCount() > 0) {
        fleet = folded(fleet, reading.batch(consumer.poll(POLL)));
        publish(survey, consumer, fleet);
      }
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private static void seek(
      Consumer<byte[], byte[]> consumer, KafkaSurvey survey, Optional<Snapshot> from) {
    consumer.assign(
        survey.journalBegins().keySet().stream()
            .map(partition -> new TopicPartition(JOURNAL.name(), partition))
            .toList());
    for (TopicPartition partition : consumer.assignment()) {
      long first = survey.journalBegins().getOrDefault(partition.partition(), 0L);
      consumer.seek(
          partition,
          from.map(found -> found.offsets().getOrDefault(partition.partition(), first))
              .orElse(first));
    }
  }

  private static Fleet folded(Fleet before, LeaderLog.Batch batch) {
    Fleet fleet = before;
    for (Input input : batch.inputs()) {
      if (input instanceof Input.FactRead(var _, var entry)) {
        fleet = fleet.apply(entry);
      }
    }
    return fleet;
  }

  private void publish(KafkaSurvey survey, Consumer<byte[], byte[]> consumer, Fleet fleet) {
    Map<Integer, Long> offsets = new HashMap<>();
    consumer
        .assignment()
        .forEach(partition -> offsets.put(partition.partition(), consumer.position(partition)));
    state.set(
        new LeadershipState(
            Optional.empty(), survey.journalId(), offsets, fleet, fleet, Optional.of(FOLLOWS)));
  }

  private void rest() {
    try {
      if (ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("closed while it rested");
      }
    } catch (InterruptedException interrupted) {
      ended.countDown();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      if (!thread.join(CLOSE_PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
