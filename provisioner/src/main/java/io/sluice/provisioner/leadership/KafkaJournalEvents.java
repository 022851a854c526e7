package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.JOURNAL;

import io.sluice.provisioner.plan.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The journal on Kafka, by a consumer per watcher. */
public final class KafkaJournalEvents implements JournalEvents {
  private final KafkaSettings settings;

  /** A journal of which nothing is asked yet. */
  public KafkaJournalEvents(KafkaSettings settings) {
    this.settings = settings;
  }

  @Override
  public Reading open(Map<Integer, Long> from) {
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.follower(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    boolean placed = false;
    try {
      place(consumer, from);
      placed = true;
      return new Following(consumer);
    } finally {
      if (!placed) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
      }
    }
  }

  private static void place(Consumer<byte[], byte[]> consumer, Map<Integer, Long> from) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(JOURNAL.name()).stream()
            .map(info -> new TopicPartition(JOURNAL.name(), info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, begin);
      long wanted = from.getOrDefault(partition.partition(), end);
      consumer.seek(partition, Math.clamp(wanted, begin, end));
    }
  }

  private static final class Following implements Reading {
    private final Consumer<byte[], byte[]> consumer;
    private final KafkaReading reading = new KafkaReading();

    Following(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public List<Seen> poll(Duration wait) {
      List<Seen> seen = new ArrayList<>();
      for (Input input : reading.batch(consumer.poll(wait)).inputs()) {
        if (input instanceof Input.FactRead(var partition, var entry)) {
          seen.add(new Seen(partition, entry));
        }
      }
      return seen;
    }

    @Override
    public Map<Integer, Long> next() {
      Map<Integer, Long> next = new TreeMap<>();
      consumer
          .assignment()
          .forEach(partition -> next.put(partition.partition(), consumer.position(partition)));
      return next;
    }

    @Override
    public void close() {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
