package io.sluice.compose.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PartitionWriterTest {
  private static final TopicPartition PLACE = new TopicPartition("journal", 0);

  private final Kafka kafka = new Kafka();

  @Test
  void nothingFollowsTheFirstRecordBeforeItIsWritten() throws Exception {
    write(0, 1, 2, 3);
    assertThat(kafka.unanswered).containsExactly(0, 0, 1, 2);
  }

  @Test
  void nothingFollowsTheFirstOfTheFillerBeforeItIsWritten() throws Exception {
    write(3);
    assertThat(kafka.unanswered).as("three of filler, then the record").containsExactly(0, 0, 1, 2);
  }

  private void write(long... offsets) throws Exception {
    Filler filler = new Filler(KafkaAccess.at("127.0.0.1:1"), PLACE, (_, _) -> {});
    try (PartitionWriter writer = new PartitionWriter(kafka, PLACE, filler)) {
      writer.write(new Records(offsets));
    }
  }

  /** Answers a record when it is waited for, and notes what was unanswered at each. */
  private static final class Kafka extends MockProducer<byte[], byte[]> {
    private final List<Integer> unanswered = new ArrayList<>();
    private int answered;

    Kafka() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> message, Callback callback) {
      unanswered.add(history().size() - answered);
      Future<RecordMetadata> sent = super.send(message, callback);
      return new FutureTask<>(() -> answer(sent)) {
        @Override
        public RecordMetadata get() throws InterruptedException, ExecutionException {
          run();
          return super.get();
        }
      };
    }

    private RecordMetadata answer(Future<RecordMetadata> sent) throws Exception {
      while (!sent.isDone()) {
        assertThat(completeNext()).isTrue();
        answered++;
      }
      return sent.get();
    }
  }

  private static final class Records implements RecordSource {
    private final Queue<Long> offsets = new ArrayDeque<>();

    Records(long... offsets) {
      for (long offset : offsets) {
        this.offsets.add(offset);
      }
    }

    @Override
    public List<RawRecord> next() {
      Long offset = offsets.poll();
      return offset == null
          ? List.of()
          : List.of(
              new RawRecord(0, offset, Instant.EPOCH, new byte[0], new byte[0], new TreeMap<>()));
    }

    @Override
    public long size() {
      return offsets.size();
    }

    @Override
    public void close() {}
  }
}
