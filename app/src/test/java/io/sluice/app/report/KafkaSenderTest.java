package io.sluice.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.report.SenderStatus.State;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaSenderTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ServerId SERVER = ServerId.of("zone1-1");

  private final List<MockProducer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
  private final List<KafkaSender> senders = new CopyOnWriteArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    for (KafkaSender sender : senders) {
      sender.end(metrics(99), Duration.ofMillis(200));
    }
  }

  @Test
  void aMeasurementBecomesARecordOfTheMetricsTopicUnderItsServersKey() {
    KafkaSender sender = sender(() -> producer(true));

    sender.send(metrics(1));

    await().until(() -> sender.status().sent() == 1);
    ProducerRecord<byte[], byte[]> written = producers.getFirst().history().getFirst();
    assertThat(written.topic()).isEqualTo("metrics");
    assertThat(Topics.METRICS.key().decode(written.key())).isEqualTo(new Decoded.Value<>(SERVER));
    assertThat(Topics.METRICS.value().decode(written.value()))
        .isEqualTo(new Decoded.Value<>(metrics(1)));
    assertThat(sender.status().state()).isEqualTo(State.SENDING);
  }

  @Test
  void whileTheProducerBlocksOnlyTheNewestMeasurementIsKept() {
    CountDownLatch connecting = new CountDownLatch(1);
    CountDownLatch reachable = new CountDownLatch(1);
    KafkaSender sender =
        sender(() -> {
          connecting.countDown();
          awaited(reachable);
          return producer(true);
        });
    sender.send(metrics(1));
    awaited(connecting);

    sender.send(metrics(2));
    sender.send(metrics(3));
    sender.send(metrics(4));
    reachable.countDown();

    await().until(() -> sender.status().sent() == 2);
    assertThat(secondsWritten()).containsExactly(1L, 4L);
    assertThat(sender.status().dropped()).isEqualTo(2);
  }

  @Test
  void unconfirmedMeasurementsDoNotPileUp() {
    KafkaSender sender = sender(() -> producer(false));
    for (int second = 1; second <= KafkaSender.UNCONFIRMED_MAX; second++) {
      int before = second;
      sender.send(metrics(second));
      await().until(() -> secondsWritten().size() == before);
    }

    sender.send(metrics(50));
    await().until(() -> sender.status().dropped() == 1);
    assertThat(secondsWritten()).hasSize(KafkaSender.UNCONFIRMED_MAX);

    producers.getFirst().completeNext();
    sender.send(metrics(51));
    await().until(() -> secondsWritten().contains(51L));
  }

  @Test
  void aTimeoutIsCountedAndToldAndTheSameProducerGoesOn() {
    KafkaSender sender = sender(() -> producer(false));
    sender.send(metrics(1));
    await().until(() -> secondsWritten().size() == 1);

    producers.getFirst().errorNext(new TimeoutException("no broker"));

    assertThat(sender.status())
        .isEqualTo(new SenderStatus(State.FAILING, 0, 0, 1, java.util.Optional.of("no broker")));
    sender.send(metrics(2));
    await().until(() -> secondsWritten().size() == 2);
    producers.getFirst().completeNext();
    assertThat(sender.status().state()).isEqualTo(State.SENDING);
    assertThat(sender.status().problem()).isEmpty();
    assertThat(producers).hasSize(1);
  }

  @Test
  void anErrorThatDoesNotPassGetsANewProducer() {
    KafkaSender sender = sender(() -> producer(producers.size() == 1));
    sender.send(metrics(1));
    await().until(() -> secondsWritten().size() == 1);
    producers.getFirst().errorNext(new AuthorizationException("not allowed"));

    sender.send(metrics(2));

    await().until(() -> sender.status().sent() == 1);
    assertThat(producers).hasSize(2);
    assertThat(producers.getFirst().closed()).isTrue();
  }

  @Test
  void aProducerThatCanNotBeMadeIsAskedForAgainWithTheNextMeasurement() {
    CountDownLatch unknown = new CountDownLatch(1);
    KafkaSender sender =
        sender(() -> {
          if (unknown.getCount() > 0) {
            unknown.countDown();
            throw new KafkaException("no such host");
          }
          return producer(true);
        });
    sender.send(metrics(1));
    await().until(() -> sender.status().state() == State.FAILING);
    assertThat(sender.status().problem()).contains("no such host");

    sender.send(metrics(2));

    await().until(() -> sender.status().sent() == 1);
    assertThat(secondsWritten()).containsExactly(2L);
  }

  @Test
  void theEndSendsTheLastMeasurementAndClosesTheProducer() throws InterruptedException {
    KafkaSender sender = sender(() -> producer(true));
    sender.send(metrics(1));
    await().until(() -> sender.status().sent() == 1);

    sender.end(metrics(2), LONG);

    assertThat(secondsWritten()).containsExactly(1L, 2L);
    assertThat(producers.getFirst().closed()).isTrue();
  }

  @Test
  void aProducerThatBlocksDoesNotHoldUpTheEnd() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    KafkaSender sender =
        sender(() -> {
          awaited(never);
          return producer(true);
        });
    sender.send(metrics(1));
    long begin = System.nanoTime();

    sender.end(metrics(2), Duration.ofMillis(50));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    never.countDown();
  }

  @Test
  void theSettingsAreOnesThatKafkaKnows() {
    var settings = ProducerSettings.settings(KafkaAccess.at("127.0.0.1:9092"), "app-zone1-1");
    settings.put("key.serializer", ByteArraySerializer.class);
    settings.put("value.serializer", ByteArraySerializer.class);

    assertThat(ProducerConfig.configNames()).containsAll(settings.keySet());
    ProducerConfig valid = new ProducerConfig(settings);
    assertThat(valid.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).isTrue();
    assertThat(valid.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG)).isLessThanOrEqualTo(1_000);
  }

  private KafkaSender sender(Supplier<Producer<byte[], byte[]>> newProducer) {
    KafkaSender sender = KafkaSender.start(newProducer);
    senders.add(sender);
    return sender;
  }

  private MockProducer<byte[], byte[]> producer(boolean confirming) {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            confirming,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producers.add(producer);
    return producer;
  }

  private List<Long> secondsWritten() {
    return producers.stream()
        .flatMap(producer -> producer.history().stream())
        .map(written -> Topics.METRICS.value().decode(written.value()))
        .map(decoded -> decoded.orElseThrow(IllegalStateException::new).at().getEpochSecond())
        .toList();
  }

  private static ServerMetrics metrics(long second) {
    TreeMap<Metric, Double> values = new TreeMap<>();
    values.put(Metric.CPU, 12.5);
    return new ServerMetrics(SERVER, Instant.ofEpochSecond(second), HealthStatus.HEALTHY, values);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", ended);
    }
  }
}
