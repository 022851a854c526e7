package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Input;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads heartbeats and signs of life as they are written, and notes whether Kafka answers. */
public final class HeartbeatReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** How often Kafka is asked something that it has to answer. */
  private static final Duration CONTACT_INTERVAL = Duration.ofMillis(250);

  /** A turn is a poll, or a try to connect, each of which waits for a second at most. */
  private static final Duration TURN_MAX = Duration.ofSeconds(10);

  private final LeadershipTopic topic;
  private final Loops loops;
  private volatile Optional<Supervised> loop = Optional.empty();
  private volatile Optional<String> trouble = Optional.empty();

  /** A reader that does not read yet. */
  public HeartbeatReader(LeadershipTopic topic, Loops loops) {
    this.topic = topic;
    this.loops = loops;
  }

  /** Begins to read. */
  void start(Consumer<Input> heard) {
    loop = Optional.of(loops.restarting("heartbeat-reader", TURN_MAX, turns -> run(heard, turns)));
  }

  private void run(Consumer<Input> heard, Loops.Turns turns) throws InterruptedException {
    boolean reading = false;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        try {
          read(heard, turns);
        } catch (InterruptException closed) {
          Thread.currentThread().interrupt();
        } catch (UnknownTopicOrPartitionException deleted) {
          heard.accept(new Input.Contact(false));
          restore(deleted);
          loops.threads().sleep(PAUSE);
        } catch (KafkaException failed) {
          LOG.debug("heartbeats can't be read for now", failed);
          heard.accept(new Input.Contact(false));
          loops.threads().sleep(PAUSE);
        }
      }
      reading = true;
    } finally {
      if (!reading) {
        // Blind until it is started again.
        heard.accept(new Input.Contact(false));
      }
    }
  }

  /** Nobody could elect without it. */
  private void restore(UnknownTopicOrPartitionException deleted) {
    try {
      topic.restore();
      trouble = Optional.empty();
      LOG.warn("{}; it was made again", deleted.getMessage());
    } catch (InterruptException closed) {
      Thread.currentThread().interrupt();
    } catch (KafkaException failed) {
      String what = "%s, and %s".formatted(deleted.getMessage(), failed.getMessage());
      if (!trouble.equals(Optional.of(what))) {
        LOG.error("{}: nobody is elected until somebody makes it", what);
      }
      trouble = Optional.of(what);
    }
  }

  /** Why no heartbeats can be read although Kafka answers; empty: they can, or it does not. */
  Optional<String> trouble() {
    return trouble;
  }

  private void read(Consumer<Input> heard, Loops.Turns turns) {
    MonotonicClock clock = loops.threads().clock();
    try (LeadershipTopic.Reader reader = topic.read()) {
      trouble = Optional.empty();
      Optional<Ticks> askedAt = Optional.empty();
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        Ticks now = clock.now();
        if (askedAt.filter(last -> now.isBefore(last.plus(CONTACT_INTERVAL))).isEmpty()) {
          reader.contact();
          askedAt = Optional.of(now);
          heard.accept(new Input.Contact(true));
        }
        reader.poll(POLL).forEach(heard);
      }
    }
  }

  @Override
  public void close() {
    loop.ifPresent(Supervised::close);
  }
}
