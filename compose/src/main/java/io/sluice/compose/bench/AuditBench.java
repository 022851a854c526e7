package io.sluice.compose.bench;

import io.sluice.compose.history.Import;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.history.ParallelAudit;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How many facts a second are audited from Kafka. Beside the audit run a reader that only decodes
 * the facts, and one that does not even do that.
 */
public final class AuditBench {
  private static final int ZONES = 6;
  private static final int SERVERS = 10;
  private static final int PARTITIONS = 4;
  private static final int WARM_UPS = 1;
  private static final int ROUNDS = 5;

  private final KafkaAccess kafka;
  private final long records;
  private final Consumer<String> progress;

  /**
   * In a Kafka that has no history.
   *
   * @param kafka how Kafka is reached
   * @param records facts in the journal, 1 or more
   * @param progress is told in one line about each step
   */
  public AuditBench(KafkaAccess kafka, long records, Consumer<String> progress) {
    this.kafka = kafka;
    this.records = records;
    this.progress = progress;
  }

  /** Writes the history and runs it. */
  public List<Row> run() throws InterruptedException {
    new Import(kafka, progress)
        .write(
            new GeneratedHistory(new GeneratedHistory.Shape(records, ZONES, SERVERS, PARTITIONS)));
    progress.accept("auditing, %d rounds".formatted(WARM_UPS + ROUNDS));
    History history = new KafkaHistory(kafka);
    List<LongSupplier> candidates =
        List.of(() -> audit(history), () -> decode(history), () -> fetch(history));
    List<Double> rates = new Rounds(WARM_UPS, ROUNDS).medians(candidates);
    return List.of(
        new Row("audit from Kafka", rates.get(0)),
        new Row("fetching and reading JSON only", rates.get(1)),
        new Row("fetching only", rates.get(2)));
  }

  private static long audit(History history) {
    Verdict verdict = ParallelAudit.of(history, Optional.empty(), true);
    if (verdict instanceof Verdict.Verified(var counts)) {
      return counts.records();
    }
    throw new IllegalStateException("the generated history is not verified: " + verdict);
  }

  private static long decode(History history) {
    long read = 0;
    try (RecordSource journal = history.journal()) {
      for (var batch = journal.next(); !batch.isEmpty(); batch = journal.next()) {
        for (RawRecord record : batch) {
          if (JournalReader.read(record.key(), record.value())
              instanceof Decoded.Value<FleetEvent>) {
            read++;
          }
        }
      }
    }
    return read;
  }

  private static long fetch(History history) {
    long read = 0;
    try (RecordSource journal = history.journal()) {
      for (var batch = journal.next(); !batch.isEmpty(); batch = journal.next()) {
        read += batch.size();
      }
    }
    return read;
  }
}
