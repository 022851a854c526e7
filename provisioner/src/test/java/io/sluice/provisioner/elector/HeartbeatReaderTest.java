package io.sluice.provisioner.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.election.Input;
import io.sluice.schemas.supervision.Loops;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class HeartbeatReaderTest {
  private final List<Input> heard = new CopyOnWriteArrayList<>();

  @Test
  void aTopicThatSomebodyDeletedIsMadeAgainAndRead() {
    Deleted topic = new Deleted(0);

    reading(topic, () -> await().until(() -> heard.contains(new Input.Contact(true))));

    assertThat(heard).startsWith(new Input.Contact(false));
    assertThat(topic.made.get()).isEqualTo(1);
  }

  @Test
  void whyItCannotBeMadeIsToldUntilItIs() {
    Deleted topic = new Deleted(3);

    HeartbeatReader reader =
        reading(topic, () -> await().until(() -> heard.contains(new Input.Contact(true))));

    assertThat(topic.told).contains("topic leadership is not there, and nobody may");
    assertThat(reader.trouble()).isEmpty();
  }

  private HeartbeatReader reading(Deleted topic, Runnable meanwhile) {
    try (Loops loops =
        new Loops((loop, cause) -> {
          throw new AssertionError(cause);
        })) {
      HeartbeatReader reader = new HeartbeatReader(topic, loops);
      topic.reader = Optional.of(reader);
      reader.start(heard::add);
      meanwhile.run();
      reader.close();
      return reader;
    }
  }

  /** A topic that is not there, and can't be made so many times. */
  private static final class Deleted implements LeadershipTopic {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger refusals;
    private volatile Optional<HeartbeatReader> reader = Optional.empty();

    Deleted(int refusals) {
      this.refusals = new AtomicInteger(refusals);
    }

    @Override
    public Writer write(String part) {
      throw new IllegalStateException("nobody writes here");
    }

    @Override
    public Reader read() {
      reader.flatMap(HeartbeatReader::trouble).ifPresent(told::add);
      if (made.get() == 0) {
        throw new UnknownTopicOrPartitionException("topic leadership is not there");
      }
      return new Reader() {
        @Override
        public void contact() {
          // It answers.
        }

        @Override
        public List<Input> poll(Duration most) {
          return List.of();
        }

        @Override
        public void close() {
          // Nothing is held.
        }
      };
    }

    @Override
    public void restore() {
      if (refusals.getAndDecrement() > 0) {
        throw new KafkaException("nobody may");
      }
      made.incrementAndGet();
    }
  }
}
