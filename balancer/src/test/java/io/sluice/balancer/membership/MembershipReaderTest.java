package io.sluice.balancer.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.report.Journal;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.topic.DeadLetter;
import io.sluice.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MembershipReaderTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId ONE = ZONE.server(1);
  private static final ServerId TWO = ZONE.server(2);
  private static final TopicPartition PARTITION =
      new TopicPartition(Topics.membership(ZONE).name(), 0);

  private final List<PoolInput> inputs = new CopyOnWriteArrayList<>();
  private final Letters letters = new Letters();
  private final Topic topic = new Topic();
  private final Loops loops = new Loops((loop, cause) -> {});

  /** A journal that keeps what was put away. */
  private static final class Letters implements Journal {
    private final List<DeadLetter> all = new CopyOnWriteArrayList<>();

    @Override
    public void record(FleetEvent fact) {
      throw new AssertionError("a reader writes no facts");
    }

    @Override
    public void putAway(DeadLetter where, byte[] key, byte[] value) {
      all.add(where);
    }

    @Override
    public void close() {}
  }

  /** What stands in the topic; makes consumers that see it. */
  private static final class Topic {
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<MockConsumer<byte[], byte[]>> consumers = new CopyOnWriteArrayList<>();
    private volatile boolean silent;
    private volatile String identity = "first";

    synchronized void add(byte[] key, byte @Nullable [] value) {
      ConsumerRecord<byte[], byte[]> record =
          new ConsumerRecord<>(PARTITION.topic(), 0, records.size(), key, value);
      records.add(record);
      consumers.forEach(consumer -> consumer.schedulePollTask(() -> consumer.addRecord(record)));
    }

    void add(Member member) {
      add(key(member.server()), Topics.membership(ZONE).value().encode(member));
    }

    MembershipTopic open() {
      MockConsumer<byte[], byte[]> consumer = consumer();
      return new MembershipTopic() {
        @Override
        public Consumer<byte[], byte[]> consumer() {
          return consumer;
        }

        @Override
        public Optional<String> identity(String name, Duration atMost) {
          if (silent) {
            throw new TimeoutException("no answer within " + atMost);
          }
          return Optional.of(identity);
        }

        @Override
        public void close() {
          consumer.close();
        }
      };
    }

    /** From now on it is another one, of the same name and with this record. */
    synchronized void replaceBy(Member member) {
      records.clear();
      byte[] value = Topics.membership(ZONE).value().encode(member);
      records.add(new ConsumerRecord<>(PARTITION.topic(), 0, 0, key(member.server()), value));
      identity = "second";
    }

    /** From now on it is as it was before these records. */
    synchronized void cutTo(int size) {
      records.subList(size, records.size()).clear();
      consumers.forEach(one -> one.updateEndOffsets(Map.of(PARTITION, (long) size)));
    }

    private synchronized MockConsumer<byte[], byte[]> consumer() {
      MockConsumer<byte[], byte[]> consumer =
          new MockConsumer<>("earliest") {
            @Override
            public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> partitions, Duration timeout) {
              if (silent) {
                throw new TimeoutException("no answer within " + timeout);
              }
              return super.endOffsets(partitions, timeout);
            }
          };
      consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
      consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
      List<ConsumerRecord<byte[], byte[]>> all = List.copyOf(records);
      consumer.schedulePollTask(() -> all.forEach(consumer::addRecord));
      consumers.add(consumer);
      return consumer;
    }
  }

  private static byte[] key(ServerId server) {
    return Topics.SERVER_KEY.encode(server);
  }

  private static Member member(ServerId server, MemberState state) {
    URI address = URI.create("http://127.0.0.1:" + (5000 + server.number()));
    return new Member(server, address, state, 100, Instant.parse("2026-01-01T00:00:00Z"));
  }

  private MembershipReader reader(Optional<MemberCopy> copy) {
    return new MembershipReader(ZONE, topic::open, copy, letters, inputs::add, loops);
  }

  @Test
  void readsTheWholeTopicFirstAndThenEachChange() {
    Member one = member(ONE, MemberState.READY);
    topic.add(one);
    topic.add(member(TWO, MemberState.READY));
    topic.add(key(TWO), null);
    try (MembershipReader reader = reader(Optional.empty())) {
      reader.start();
      await().until(() -> !inputs.isEmpty());
      assertThat(inputs).containsExactly(new PoolInput.Replaced(List.of(one)));

      topic.add(member(ONE, MemberState.DRAINING));
      topic.add(key(ONE), null);

      await().until(() -> inputs.size() == 3);
      assertThat(inputs.subList(1, 3))
          .containsExactly(
              new PoolInput.Changed(member(ONE, MemberState.DRAINING)), new PoolInput.Gone(ONE));
    }
  }

  @Test
  void putsAwayWhatItCantReadAndGoesOn() {
    topic.add("what?".getBytes(UTF_8), "{}".getBytes(UTF_8));
    topic.add(key(ONE), "not json".getBytes(UTF_8));
    topic.add(key(ONE), Topics.membership(ZONE).value().encode(member(TWO, MemberState.READY)));
    topic.add(member(TWO, MemberState.READY));
    try (MembershipReader reader = reader(Optional.empty())) {
      reader.start();
      await().until(() -> !inputs.isEmpty());

      assertThat(inputs)
          .containsExactly(new PoolInput.Replaced(List.of(member(TWO, MemberState.READY))));
      assertThat(letters.all).extracting(DeadLetter::offset).containsExactly(0L, 1L, 2L);
    }
  }

  @Test
  void keepsWhatItKnowsWhenKafkaIsGoneAndReadsAnewWhenItIsBack() {
    topic.add(member(ONE, MemberState.READY));
    try (MembershipReader reader = reader(Optional.empty())) {
      reader.start();
      await().until(() -> inputs.size() == 1);

      topic.consumers.getFirst().setPollException(new KafkaException("gone"));
      await().until(() -> topic.consumers.size() == 2);
      await().until(() -> inputs.size() == 2);

      assertThat(inputs.get(1)).isEqualTo(inputs.get(0));
      await().until(() -> reader.state().fresh());
    }
  }

  @Test
  void startsFromTheCopyWithoutKafka(@TempDir Path directory) {
    MemberCopy copy = new MemberCopy(directory, ZONE);
    copy.save(List.of(member(ONE, MemberState.READY)));
    AtomicInteger tries = new AtomicInteger();
    MembershipReader reader =
        new MembershipReader(
            ZONE,
            () -> {
              tries.incrementAndGet();
              throw new KafkaException("no broker");
            },
            Optional.of(copy),
            letters,
            inputs::add,
            loops);
    try (reader) {
      reader.start();

      await().until(() -> tries.get() > 0);
      assertThat(inputs)
          .containsExactly(new PoolInput.Replaced(List.of(member(ONE, MemberState.READY))));
      assertThat(reader.state()).isEqualTo(new MembershipState(MembershipState.Source.COPY, false));
      assertThat(reader.state().fresh()).isFalse();
    }
  }

  @Test
  void saysThatKafkaDoesNotAnswer() {
    topic.add(member(ONE, MemberState.READY));
    try (MembershipReader reader = reader(Optional.empty())) {
      reader.start();
      await().until(() -> reader.state().fresh());

      topic.silent = true;

      await().atMost(Duration.ofSeconds(20)).until(() -> !reader.state().kafka());
      assertThat(reader.state().source()).isEqualTo(MembershipState.Source.TOPIC);
      topic.silent = false;
      await().atMost(Duration.ofSeconds(20)).until(() -> reader.state().kafka());
      // Kafka may have been restored to an earlier state meanwhile.
      assertThat(inputs).hasSize(2).allMatch(PoolInput.Replaced.class::isInstance);
    }
  }

  @Test
  void aTopicThatWasCutIsReadAnewSoThatNobodyIsKnownWhomItDoesNotName() {
    Member one = member(ONE, MemberState.READY);
    topic.add(one);
    topic.add(member(TWO, MemberState.READY));
    try (MembershipReader reader = reader(Optional.empty())) {
      reader.start();
      await().until(() -> inputs.size() == 1);

      topic.cutTo(1);

      await().atMost(Duration.ofSeconds(20)).until(() -> inputs.size() == 2);
      assertThat(inputs.getLast()).isEqualTo(new PoolInput.Replaced(List.of(one)));
      await().until(() -> reader.state().fresh());
    }
  }

  @Test
  void aTopicThatWasMadeAgainIsReadAnewThoughItIsAsLong() {
    topic.add(member(ONE, MemberState.READY));
    try (MembershipReader reader = reader(Optional.empty())) {
      reader.start();
      await().until(() -> inputs.size() == 1);

      topic.replaceBy(member(TWO, MemberState.READY));

      await().atMost(Duration.ofSeconds(20)).until(() -> inputs.size() == 2);
      assertThat(inputs.getLast())
          .isEqualTo(new PoolInput.Replaced(List.of(member(TWO, MemberState.READY))));
    }
  }

  @Test
  void aReaderThatFailsUnforeseenIsStartedAgain() {
    topic.add(member(ONE, MemberState.READY));
    AtomicInteger tries = new AtomicInteger();
    MembershipReader reader =
        new MembershipReader(
            ZONE,
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new StackOverflowError("planted");
              }
              return topic.open();
            },
            Optional.empty(),
            letters,
            inputs::add,
            loops);
    try (reader) {
      reader.start();

      await().until(() -> inputs.size() == 1);
      assertThat(loops.states().getFirst().failures()).isOne();
    }
  }

  @Test
  void keepsTheCopyUpToDate(@TempDir Path directory) {
    MemberCopy copy = new MemberCopy(directory.resolve("deep"), ZONE);
    assertThat(copy.load()).isEmpty();
    try (MembershipReader reader = reader(Optional.of(copy))) {
      reader.start();
      await().until(() -> copy.load().equals(Optional.of(List.of())));

      topic.add(member(ONE, MemberState.READY));

      Member one = member(ONE, MemberState.READY);
      await().until(() -> copy.load().equals(Optional.of(List.of(one))));
    }
  }

  @Test
  void aBrokenCopyIsNoCopy(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("membership-zone1.json"), "[{\"server\":");
    assertThat(new MemberCopy(directory, ZONE).load()).isEmpty();
  }
}
