package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.JOURNAL;

import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.Recovered;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
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
 * there is one, and records nothing. When Kafka is out of reach, or anything else fails, it keeps
 * what it knows, says so, and tries again.
 */
public final class JournalFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /** A poll asks Kafka several times, and each answer may take as long as its time-out. */
  private static final Duration TURN_MAX = Duration.ofMinutes(2);

  private static final String FOLLOWS = "this monitor follows another one";

  private final KafkaSettings settings;
  private final Snapshots snapshots;
  private final KafkaReading reading = new KafkaReading();
  private final Loops loops;
  private final AtomicReference<LeadershipState> state =
      new AtomicReference<>(LeadershipState.NONE);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Optional<String> trouble = Optional.of("the journal was not read yet");
  private Optional<Supervised> loop = Optional.empty();

  /** A follower that does not read yet. */
  public JournalFollower(KafkaSettings settings, Snapshots snapshots, Loops loops) {
    this.settings = settings;
    this.snapshots = snapshots;
    this.loops = loops;
  }

  /** Begins to read. */
  public void start() {
    loop = Optional.of(loops.restarting("journal-follower", TURN_MAX, this::run));
  }

  /** Why the journal can't be followed at the moment; empty if it is. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** What the journal says as far as it was read; never a term. */
  public LeadershipState state() {
    return state.get();
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    Optional<Snapshot> begin = known();
    while (closing.getCount() > 0) {
      turns.turned();
      try {
        if (!follow(begin, turns)) {
          LOG.warn("the snapshot is of another past than the journal, which is read anew");
          begin = Optional.empty();
        }
      } catch (InvalidOffsetException gone) {
        LOG.warn("the journal is not the one that was followed, and is read anew: {}", gone, gone);
        begin = Optional.empty();
      } catch (InterruptException closed) {
        return;
      } catch (KafkaException failed) {
        LOG.warn("the journal can't be followed for now: {}", failed.getMessage());
        failed("Kafka does not answer: " + failed.getMessage());
        begin = known();
        if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.debug("closed while it rested");
        }
      } catch (RuntimeException | Error unforeseen) {
        failed("it can't be followed: " + unforeseen);
        throw unforeseen;
      }
    }
    ended.countDown();
  }

  private void failed(String why) {
    trouble = Optional.of(why);
    state.updateAndGet(last -> last.without(why));
  }

  /** Where to go on after an interruption. */
  private Optional<Snapshot> known() {
    LeadershipState last = state.get();
    return last.journal().isEmpty()
        ? snapshots.load()
        : Optional.of(
            Snapshot.of(last.journal(), last.fleet().epoch(), last.offsets(), last.known()));
  }

  /** Follows until it is closed, or finds that what it began with is of another past: false. */
  private boolean follow(Optional<Snapshot> begin, Loops.Turns turns) {
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.follower(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      KafkaSurvey survey = KafkaSurvey.take(settings);
      Optional<Snapshot> from =
          begin.filter(found ->
              found.fits(survey.journalId(), survey.journalBegins(), survey.journalEnds()));
      seek(consumer, survey, from);
      Recovered known = from.map(found -> Recovered.since(found.known())).orElse(Recovered.NOTHING);
      SnapshotProof proof = from.map(SnapshotProof::of).orElseGet(SnapshotProof::ofNothing);
      boolean holds = true;
      while (holds && closing.getCount() > 0) {
        turns.turned();
        known = known.and(proof.check(reading.batch(consumer.poll(POLL)).inputs()));
        if (proof.given()) {
          publish(survey, consumer, known.journal());
        } else {
          boolean read = Recovery.reached(positions(consumer), survey.journalEnds());
          holds = !proof.refuted() && !read;
        }
      }
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      return holds;
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
          from.map(found -> SnapshotProof.begin(found).getOrDefault(partition.partition(), first))
              .orElse(first));
    }
  }

  private static Map<Integer, Long> positions(Consumer<byte[], byte[]> consumer) {
    Map<Integer, Long> positions = new HashMap<>();
    consumer
        .assignment()
        .forEach(partition -> positions.put(partition.partition(), consumer.position(partition)));
    return positions;
  }

  private void publish(KafkaSurvey survey, Consumer<byte[], byte[]> consumer, JournalState known) {
    state.set(
        new LeadershipState(
            Optional.empty(),
            survey.journalId(),
            positions(consumer),
            known,
            known.fleet(),
            Optional.of(FOLLOWS)));
    trouble = Optional.empty();
  }

  @Override
  public void close() {
    closing.countDown();
    loop.ifPresent(running -> {
      try {
        // In order, if it comes to its end soon; Kafka's clients don't like to be interrupted.
        if (!ended.await(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.warn("the journal is still being read, and reading is interrupted");
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      running.close();
    });
  }
}
