package io.sluice.compose.drill;

import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What was written to a topic since this was opened, or from its beginning; used by one thread.
 *
 * @param <V> type of the values
 */
public final class Tail<V> implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final TopicReader<V> reader;
  private final List<Entry<V>> seen = new ArrayList<>();

  /** Opens a topic at its beginning; all of it has to be readable. */
  public Tail(KafkaAccess kafka, Topic<?, V> topic) {
    this(
        kafka,
        topic,
        problem -> {
          throw new DrillException("unreadable: " + problem);
        });
  }

  /**
   * Opens a topic at its beginning.
   *
   * @param unreadable hears of records that can't be read
   */
  public Tail(KafkaAccess kafka, Topic<?, V> topic, Consumer<String> unreadable) {
    this.reader = reader(kafka, topic, unreadable);
  }

  /** A broker that is there may take longer to answer, on a machine that does too much at once. */
  private static <V> TopicReader<V> reader(
      KafkaAccess kafka, Topic<?, V> topic, Consumer<String> unreadable) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return new TopicReader<>(kafka, topic, unreadable);
      } catch (UnreachableException silent) {
        if (System.nanoTime() > end) {
          throw silent;
        }
      }
    }
  }

  /** Everything that was read so far, and what stands in the topic beyond that now. */
  public List<Entry<V>> all() {
    seen.addAll(reader.toEnd());
    return List.copyOf(seen);
  }

  /** What has come since the last look, waiting a moment for it. */
  public List<Entry<V>> more() {
    List<Entry<V>> more = reader.next();
    seen.addAll(more);
    return more;
  }

  /**
   * Waits for a record.
   *
   * @param what for the message
   * @throws DrillException if none comes in time
   */
  public Entry<V> await(String what, Duration atMost, Predicate<Entry<V>> wanted) {
    Optional<Entry<V>> known = seen.stream().filter(wanted).findFirst();
    long end = System.nanoTime() + atMost.toNanos();
    while (known.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new DrillException("not within %s: %s".formatted(atMost, what));
      }
      List<Entry<V>> more = reader.next();
      seen.addAll(more);
      known = more.stream().filter(wanted).findFirst();
    }
    return known.get();
  }

  @Override
  public void close() {
    reader.close();
  }
}
