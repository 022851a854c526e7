package io.sluice.topology.stream;

import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.Recall;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Recalls from Kafka, with a consumer of its own for each stretch, outside of any group. Where the
 * journal begins is asked at each takeover, by a client that is there already.
 */
public final class KafkaRecall implements Recall, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A broker that answers nothing for so long is asked anew by the thread's successor. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  /** How long one broker may take to answer where the journal begins. */
  private static final Duration QUESTION_MAX = Duration.ofSeconds(3);

  private final Map<String, Object> settings;
  private final Admin admin;

  /**
   * Recalls with these settings of Kafka's clients.
   *
   * @param settings such as those for TLS, by Kafka's names
   */
  public KafkaRecall(String bootstrap, Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.settings = Map.copyOf(all);
    Map<String, Object> asking = new HashMap<>(settings);
    asking.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    // So that another broker is asked long before nothing is waited for any more.
    asking.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) QUESTION_MAX.toMillis());
    asking.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) SILENCE_MAX.toMillis());
    this.admin = Admin.create(asking);
  }

  @Override
  public RecordSource journal(int partition, long from, long to) {
    return new Stretch(new TopicPartition(Topics.JOURNAL.name(), partition), from, to);
  }

  @Override
  public long begin(int partition) {
    TopicPartition journal = new TopicPartition(Topics.JOURNAL.name(), partition);
    try {
      return admin
          .listOffsets(Map.of(journal, OffsetSpec.earliest()))
          .partitionResult(journal)
          .get(SILENCE_MAX.toMillis(), TimeUnit.MILLISECONDS)
          .offset();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof KafkaException known
          ? known
          : new KafkaException("the beginning of " + journal + " can't be asked", failed);
    } catch (TimeoutException late) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          journal + ": nothing was heard for " + SILENCE_MAX, late);
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    }
  }

  @Override
  public RecordSource commands(int partition) {
    return new Stretch(
        new TopicPartition(Topics.SCALE_COMMANDS.name(), partition), 0, Long.MAX_VALUE);
  }

  private static long at(TopicPartition partition, Map<TopicPartition, Long> offsets) {
    return Objects.requireNonNull(offsets.get(partition), "an offset of " + partition);
  }

  private final class Stretch implements RecordSource {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final long begin;
    private final long end;

    private Stretch(TopicPartition partition, long from, long to) {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.partition = partition;
      List<TopicPartition> only = List.of(partition);
      boolean open = false;
      try {
        consumer.assign(only);
        this.begin = Math.max(from, at(partition, consumer.beginningOffsets(only)));
        this.end = Math.min(to, at(partition, consumer.endOffsets(only)));
        consumer.seek(partition, begin);
        open = true;
      } finally {
        if (!open) {
          consumer.close();
        }
      }
    }

    @Override
    public List<RawRecord> next() {
      List<RawRecord> page = new ArrayList<>();
      long deadline = System.nanoTime() + SILENCE_MAX.toNanos();
      while (page.isEmpty() && consumer.position(partition) < end) {
        long before = consumer.position(partition);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < end) {
            page.add(raw(record));
          }
        }
        if (consumer.position(partition) > before) {
          deadline = System.nanoTime() + SILENCE_MAX.toNanos();
        } else if (System.nanoTime() > deadline) {
          throw new org.apache.kafka.common.errors.TimeoutException(
              partition + ": nothing was read for " + SILENCE_MAX);
        }
      }
      return page;
    }

    @Override
    public long size() {
      return Math.max(0, end - begin);
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    return new RawRecord(
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        record.key(),
        record.value(),
        new TreeMap<>());
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
