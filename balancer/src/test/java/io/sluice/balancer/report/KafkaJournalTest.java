package io.sluice.balancer.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.topic.DeadLetter;
import io.sluice.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class KafkaJournalTest {
  private final Loops loops = new Loops((loop, cause) -> {});
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final FleetEvent DEAD = new ServerReported(ZONE, AT, ZONE.server(1), "refused");
  private static final FleetEvent DRAINED = new ServerDrained(ZONE, AT, ZONE.server(2));

  private static MockProducer<byte[], byte[]> producer(boolean completing) {
    return new MockProducer<>(
        completing, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  @Test
  void writesFactsInTheirOrderUnderTheZoneAsCloudEvents() {
    MockProducer<byte[], byte[]> producer = producer(true);
    try (KafkaJournal journal =
        new KafkaJournal("/balancers/zone1", () -> producer, () -> producer(true), loops)) {
      journal.record(DEAD);
      journal.record(DRAINED);
      await().until(() -> producer.history().size() == 2);
    }

    List<ProducerRecord<byte[], byte[]>> written = producer.history();
    ProducerRecord<byte[], byte[]> first = written.getFirst();
    assertThat(first.topic()).isEqualTo("journal");
    assertThat(new String(first.key(), UTF_8)).isEqualTo("zone1");
    assertThat(Topics.FLEET_EVENT.decode(first.value())).isEqualTo(new Decoded.Value<>(DEAD));
    assertThat(header(first, "ce_type")).isEqualTo("io.sluice.server-reported");
    assertThat(header(first, "ce_source")).isEqualTo("/balancers/zone1");
    assertThat(Topics.FLEET_EVENT.decode(written.get(1).value()))
        .isEqualTo(new Decoded.Value<>(DRAINED));
  }

  @Test
  void repeatsARecordUntilTheBrokerHasIt() {
    MockProducer<byte[], byte[]> producer = producer(false);
    try (KafkaJournal journal =
        new KafkaJournal("/balancers/zone1", () -> producer, () -> producer(true), loops)) {
      journal.record(DEAD);
      await().until(() -> producer.errorNext(new TimeoutException("no broker")));
      await().until(() -> producer.history().size() == 2);
      await().until(producer::completeNext);
    }

    assertThat(producer.history()).hasSize(2);
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void putsUnreadableRecordsAwayAsTheyWere() {
    MockProducer<byte[], byte[]> producer = producer(true);
    try (KafkaJournal journal =
        new KafkaJournal("/balancers/zone1", () -> producer, () -> producer(true), loops)) {
      journal.putAway(
          new DeadLetter("membership.zone1", 0, 7, "not JSON"),
          "k".getBytes(UTF_8),
          "v".getBytes(UTF_8));
      await().until(() -> producer.history().size() == 1);
    }

    ProducerRecord<byte[], byte[]> record = producer.history().getFirst();
    assertThat(record.topic()).isEqualTo("dead-letters");
    assertThat(record.value()).isEqualTo("v".getBytes(UTF_8));
    assertThat(header(record, "sluice-offset")).isEqualTo("7");
  }
}
