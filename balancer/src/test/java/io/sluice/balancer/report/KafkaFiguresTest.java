package io.sluice.balancer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.metric.BalancerMetrics.Traffic;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.topic.Topics;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Figures that can't be written hold up no fact, and no other zone's figures. */
final class KafkaFiguresTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ZoneId OTHER = new ZoneId("zone2");
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final FleetEvent FACT = new ServerDrained(ZONE, AT, ZONE.server(2));

  private final Logger log = (Logger) LoggerFactory.getLogger(KafkaFigures.class);
  private final ListAppender<ILoggingEvent> heard = new ListAppender<>();
  private final Loops loops = new Loops((loop, cause) -> {});
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  /** A producer of figures whose send does not come back, as without the topic's description. */
  private static final class Stuck extends MockProducer<byte[], byte[]> {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    private Stuck() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      entered.countDown();
      try {
        never.await();
      } catch (InterruptedException interrupted) {
        throw new InterruptException(interrupted);
      }
      throw new AssertionError("nobody lets it go on");
    }
  }

  @BeforeEach
  void listen() {
    heard.start();
    log.addAppender(heard);
  }

  @AfterEach
  void end() {
    log.detachAppender(heard);
    loops.close();
  }

  private static MockProducer<byte[], byte[]> producer(boolean completing) {
    return new MockProducer<>(
        completing, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Figures of a second in which so many requests waited. */
  private static BalancerMetrics figures(ZoneId zone, int waiting) {
    return new BalancerMetrics(
        new Reporter("/gateways/a", "1"),
        zone,
        AT,
        1,
        new Traffic(0, 0, 0, waiting, 0, RequestTimes.NONE),
        new TreeMap<>(),
        0,
        false);
  }

  private static Decoded<BalancerMetrics> written(MockProducer<byte[], byte[]> producer, int at) {
    return Topics.BALANCER_METRICS.value().decode(producer.history().get(at).value());
  }

  private static void fail(MockProducer<byte[], byte[]> producer, KafkaFigures figures, int times) {
    for (int i = 0; i < times; i++) {
      figures.put(figures(ZONE, i));
      await().until(() -> producer.errorNext(new TopicAuthorizationException("metrics")));
    }
  }

  @Test
  void factsAreWrittenWhileTheBrokerDoesNotAnswerForFigures() {
    MockProducer<byte[], byte[]> facts = producer(true);
    MockProducer<byte[], byte[]> unanswered = producer(false);
    try (KafkaJournal journal =
        new KafkaJournal("/gateways/a", () -> facts, () -> unanswered, loops)) {
      journal.measure(figures(ZONE, 0));
      await().until(() -> unanswered.history().size() == 1);

      journal.record(FACT);

      await().until(() -> facts.history().size() == 1);
    }
    assertThat(facts.history()).allMatch(record -> record.topic().equals("journal"));
  }

  @Test
  void factsAreWrittenWhileASendOfFiguresDoesNotComeBack() throws Exception {
    MockProducer<byte[], byte[]> facts = producer(true);
    try (Stuck stuck = new Stuck();
        KafkaJournal journal = new KafkaJournal("/gateways/a", () -> facts, () -> stuck, loops)) {
      journal.measure(figures(ZONE, 0));
      stuck.entered.await();

      journal.record(FACT);

      await().until(() -> facts.history().size() == 1);
    }
  }

  @Test
  void ofAZoneOneRecordIsUnderWayAndTheNewestWaits() {
    MockProducer<byte[], byte[]> producer = producer(false);
    try (KafkaFigures figures = new KafkaFigures(() -> producer, nanos::get, loops)) {
      figures.put(figures(ZONE, 1));
      await().until(() -> producer.history().size() == 1);
      figures.put(figures(ZONE, 2));
      figures.put(figures(ZONE, 3));
      figures.put(figures(OTHER, 4));
      await().until(() -> producer.history().size() == 2);
      assertThat(written(producer, 1))
          .as("the other zone's, though the first one's is not answered")
          .isEqualTo(new Decoded.Value<>(figures(OTHER, 4)));

      assertThat(producer.completeNext()).isTrue();

      await().until(() -> producer.history().size() == 3);
      assertThat(written(producer, 2)).isEqualTo(new Decoded.Value<>(figures(ZONE, 3)));
      assertThat(producer.completeNext()).isTrue();
      assertThat(producer.completeNext()).isTrue();
    }
  }

  @Test
  void theLastFiguresAreWrittenBeforeItCloses() {
    MockProducer<byte[], byte[]> producer = producer(true);
    try (KafkaFigures figures = new KafkaFigures(() -> producer, nanos::get, loops)) {
      figures.put(figures(ZONE, 1));
      figures.put(figures(OTHER, 1));
    }

    assertThat(producer.history()).hasSize(2);
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void afterAFailureTheNextOnesAreWritten() {
    MockProducer<byte[], byte[]> producer = producer(false);
    try (KafkaFigures figures = new KafkaFigures(() -> producer, nanos::get, loops)) {
      figures.put(figures(ZONE, 1));
      await().until(() -> producer.errorNext(new TimeoutException("no leader")));
      figures.put(figures(ZONE, 2));

      await().until(() -> producer.completeNext());
    }

    assertThat(written(producer, 1)).isEqualTo(new Decoded.Value<>(figures(ZONE, 2)));
  }

  @Test
  void thatTheyAreNotWrittenIsSaidOnceAMinute() {
    MockProducer<byte[], byte[]> producer = producer(false);
    try (KafkaFigures figures = new KafkaFigures(() -> producer, nanos::get, loops)) {
      fail(producer, figures, 5);
      assertThat(heard.list).hasSize(1);

      nanos.addAndGet(KafkaFigures.SAID_EVERY.toNanos());
      fail(producer, figures, 1);

      assertThat(heard.list).hasSize(2);
      assertThat(heard.list.getLast().getFormattedMessage())
          .contains("TopicAuthorizationException", "4 more");
    }
  }
}
