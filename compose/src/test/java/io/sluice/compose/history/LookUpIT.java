package io.sluice.compose.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compose.bench.HistoryBench;
import io.sluice.compose.bench.Latency;
import io.sluice.compose.bench.ScratchBroker;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Explanation;
import io.sluice.topology.audit.NewestCommands;
import io.sluice.topology.audit.Replay;
import io.sluice.topology.audit.Series;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is looked up in a Kafka is what reading all of it finds. */
class LookUpIT {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final long RECORDS = 40_000;

  private static ScratchBroker broker;
  private static KafkaHistory history;
  private static List<Latency> latencies;

  @BeforeAll
  static void write() throws IOException, InterruptedException {
    broker = ScratchBroker.start();
    KafkaAccess kafka = KafkaAccess.at(broker.bootstrap());
    latencies = new HistoryBench(kafka, RECORDS, 1, _ -> {}).run();
    history = new KafkaHistory(kafka);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void theBenchmarkAskedEveryQuestion() {
    assertThat(latencies).hasSize(8).allSatisfy(one -> assertThat(one.maxMillis()).isPositive());
  }

  @Test
  void aMomentIsTheSameFromACheckpointAsFromTheBeginning() {
    History bare = new Bare(history);
    for (int second : List.of(299, 6_000)) {
      Instant at = BEGIN.plusSeconds(second);
      for (ZoneId zone : List.of(zones().first(), zones().last())) {
        assertThat(Explanation.of(history, zone, at)).isEqualTo(Explanation.of(bare, zone, at));
        assertThat(zones(Replay.at(history, Passage.of(zone), at)))
            .isEqualTo(zones(Replay.at(bare, Passage.of(zone), at)));
      }
      assertThat(zones(Replay.at(history, at))).isEqualTo(zones(Replay.at(bare, at)));
    }
  }

  @Test
  void nearEachMomentThereIsACheckpoint() {
    Instant at = BEGIN.plusSeconds(3_000);
    Map<ZoneId, Checkpoint> kept = history.checkpoints(at);

    assertThat(kept.keySet()).isEqualTo(zones());
    assertThat(kept.values())
        .allSatisfy(one -> assertThat(one.time()).isBetween(at.minus(Duration.ofMinutes(6)), at));
    assertThat(history.checkpoint(zones().first(), BEGIN.minusSeconds(1), Long.MAX_VALUE))
        .isEmpty();
    assertThat(history.checkpoint(new ZoneId("nowhere"), at, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void aZonesPassageHasAllOfItsRecordsAndNoOtherPartition() {
    ZoneId zone = zones().first();
    byte[] key = Topics.ZONE_KEY.encode(zone);
    long all = count(history.journal(), key);

    assertThat(count(history.journal(Passage.of(zone)), key)).isEqualTo(all).isPositive();
    Instant from = BEGIN.plusSeconds(100);
    Instant to = BEGIN.plusSeconds(200);
    try (RecordSource part = history.journal(Passage.of(zone).from(from).to(to))) {
      for (var some = part.next(); !some.isEmpty(); some = part.next()) {
        assertThat(some)
            .extracting(RawRecord::time)
            .allMatch(time -> !time.isBefore(from) && !time.isAfter(to));
      }
    }
    assertThat(history.journal(Passage.of(0).last(10)).size()).isEqualTo(10);
  }

  @Test
  void timesAtTheEndsOfTimeAreNoTrouble() {
    ZoneId zone = zones().first();
    for (Instant time : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX, BEGIN)) {
      assertThat(Explanation.of(history, zone, time)).isNotNull();
      assertThat(Replay.at(history, time)).isNotNull();
      assertThat(NewestCommands.of(history, NewestCommands.Wanted.ALL.within(Instant.MIN, time), 3))
          .hasSizeLessThanOrEqualTo(3);
    }
    assertThat(
            Series.of(history, zone, BEGIN.minusSeconds(100), BEGIN, Duration.ofSeconds(1))
                .points())
        .isEmpty();
  }

  @Test
  void anAuditOfPartitionsBesideOneAnotherAndSinceAMomentIsVerified() {
    assertThat(ParallelAudit.of(history, Optional.empty(), true))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> assertThat(verified.counts().records()).isEqualTo(RECORDS));
    assertThat(ParallelAudit.of(history, Optional.of(BEGIN.plusSeconds(5_000)), true))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> {
              assertThat(verified.counts().records()).isLessThan(RECORDS / 2);
              assertThat(verified.counts().ofCommands().recomputed()).isPositive();
            });
  }

  @Test
  void aJournalThatWasCutIsToldFromTheCheckpointsBehindTheCut() throws Exception {
    try (ScratchBroker other = ScratchBroker.start()) {
      KafkaAccess kafka = KafkaAccess.at(other.bootstrap());
      var _ = new HistoryBench(kafka, 12_000, 1, _ -> {}).run();
      KafkaHistory cut = new KafkaHistory(kafka);
      ZoneId zone = zones().first();
      Instant late = BEGIN.plusSeconds(1_700);
      Explanation.Result before = Explanation.of(cut, zone, late);
      int partition = KafkaHistory.partition(Topics.ZONE_KEY.encode(zone), 4);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", other.bootstrap()))) {
        admin
            .deleteRecords(
                Map.of(
                    new TopicPartition(Topics.JOURNAL.name(), partition),
                    RecordsToDelete.beforeOffset(500)))
            .all()
            .get();
      }

      assertThat(Explanation.of(cut, zone, late)).isEqualTo(before);
      assertThat(Explanation.of(cut, zone, BEGIN.plusSeconds(1)))
          .isInstanceOfSatisfying(
              Explanation.Result.NotFound.class,
              none -> assertThat(none.sentence()).contains("the one after is " + zone + "@"));
    }
  }

  private static SortedSet<ZoneId> zones() {
    return new TreeSet<>(history.zones());
  }

  private static Object zones(Replay.Result result) {
    return result instanceof Replay.Result.Moment moment
        ? List.of(moment.zones(), moment.places(), moment.last())
        : result;
  }

  private static long count(RecordSource source, byte[] key) {
    long count = 0;
    try (source) {
      for (var some = source.next(); !some.isEmpty(); some = source.next()) {
        count += some.stream().filter(raw -> java.util.Arrays.equals(key, raw.key())).count();
      }
    }
    return count;
  }

  /**
   * A history of which no states were kept.
   *
   * @param history the same with them
   */
  private record Bare(History history) implements History {
    @Override
    public String name() {
      return history.name();
    }

    @Override
    public RecordSource journal(Passage passage) {
      return history.journal(passage);
    }

    @Override
    public RecordSource commands(Passage passage) {
      return history.commands(passage);
    }

    @Override
    public SortedSet<ZoneId> zones() {
      return history.zones();
    }
  }
}
