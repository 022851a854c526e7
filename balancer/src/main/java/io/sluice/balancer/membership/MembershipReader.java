package io.sluice.balancer.membership;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.report.Journal;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.topic.DeadLetter;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the membership topic of a zone: first the whole of it, as one {@link PoolInput.Replaced},
 * then each change. Whatever goes wrong with Kafka, what was known stays known, and the topic is
 * read anew as soon as that is possible.
 */
public final class MembershipReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration ASK_EVERY = Duration.ofSeconds(5);
  private static final Duration ASK_MAX = Duration.ofSeconds(2);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
  private static final byte[] NOTHING = new byte[0];
  private static final Logger LOG = LoggerFactory.getLogger(MembershipReader.class);

  private final Topic<ServerId, Member> topic;
  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Optional<MemberCopy> copy;
  private final Journal journal;
  private final java.util.function.Consumer<PoolInput> pools;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch read = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile MembershipState state = MembershipState.NEW;
  private volatile Optional<Consumer<byte[], byte[]>> current = Optional.empty();

  /**
   * A reader; {@link #start} sets it going.
   *
   * @param consumers makes a consumer that reads committed records only; called again after a
   *     failure
   * @param copy where the membership is kept for a start without Kafka
   * @param journal takes records that can't be read
   * @param pools is told what the membership is, from the reader's thread
   */
  public MembershipReader(
      ZoneId zone,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Optional<MemberCopy> copy,
      Journal journal,
      java.util.function.Consumer<PoolInput> pools) {
    this.topic = Topics.membership(zone);
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumers = consumers;
    this.copy = copy;
    this.journal = journal;
    this.pools = pools;
    this.thread = Thread.ofPlatform().daemon().name("balancer-membership").unstarted(this::run);
  }

  /** Takes the copy for granted until Kafka says otherwise, and begins to read. */
  public void start() {
    copy.flatMap(MemberCopy::load)
        .ifPresent(members -> {
          state = new MembershipState(MembershipState.Source.COPY, false);
          pools.accept(new PoolInput.Replaced(members));
        });
    thread.start();
  }

  /** From where the membership is that holds. */
  public MembershipState state() {
    return state;
  }

  /**
   * Waits until the topic was read as a whole.
   *
   * @return whether that happened in time
   */
  public boolean awaitRead(Duration atMost) {
    try {
      return read.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    while (!closing) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        current = Optional.of(consumer);
        follow(consumer);
      } catch (WakeupException | InterruptException closed) {
        closing = true;
      } catch (KafkaException failed) {
        reached(false);
        LOG.warn(
            "{} can't be read, the last membership holds: {}", topic.name(), failed.toString());
        pause();
      } finally {
        current = Optional.empty();
      }
    }
  }

  private void pause() {
    try {
      if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        closing = true;
      }
    } catch (InterruptedException ended) {
      closing = true;
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    SortedMap<ServerId, Member> members = new TreeMap<>();
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (!closing && consumer.position(partition) < end) {
      changes(consumer.poll(POLL), members);
    }
    if (closing) {
      return;
    }
    LOG.info("{} has {} servers", topic.name(), members.size());
    pools.accept(new PoolInput.Replaced(List.copyOf(members.values())));
    state = new MembershipState(MembershipState.Source.TOPIC, true);
    read.countDown();
    save(members);
    long askedNanos = System.nanoTime();
    while (!closing) {
      if (System.nanoTime() - askedNanos >= ASK_EVERY.toNanos()) {
        ask(consumer);
        askedNanos = System.nanoTime();
      }
      List<PoolInput> changes = changes(consumer.poll(POLL), members);
      changes.forEach(pools);
      if (!changes.isEmpty()) {
        save(members);
      }
    }
  }

  /** A consumer waits in silence for a broker that is gone: so it is asked for something. */
  private void ask(Consumer<byte[], byte[]> consumer) {
    try {
      reached(consumer.endOffsets(List.of(partition), ASK_MAX).containsKey(partition));
    } catch (TimeoutException unanswered) {
      reached(false);
    }
  }

  private void reached(boolean kafka) {
    if (state.kafka() && !kafka) {
      LOG.warn("Kafka does not answer: the last membership of {} holds", topic.name());
    }
    state = new MembershipState(state.source(), kafka);
  }

  private List<PoolInput> changes(
      ConsumerRecords<byte[], byte[]> records, SortedMap<ServerId, Member> members) {
    List<PoolInput> changes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
      byte[] key = record.key() == null ? NOTHING : record.key();
      switch (topic.key().decode(key)) {
        case Decoded.Value<ServerId>(ServerId server) ->
            change(record, server, members).ifPresent(changes::add);
        case Decoded.UnknownType<ServerId>(String type) -> putAway(record, "unknown key " + type);
        case Decoded.Malformed<ServerId>(String problem) -> putAway(record, problem);
      }
    }
    return changes;
  }

  private Optional<PoolInput> change(
      ConsumerRecord<byte[], byte[]> record, ServerId server, SortedMap<ServerId, Member> members) {
    if (record.value() == null) {
      members.remove(server);
      return Optional.of(new PoolInput.Gone(server));
    }
    return switch (topic.value().decode(record.value())) {
      case Decoded.Value<Member>(Member member) when member.server().equals(server) -> {
        members.put(server, member);
        yield Optional.of(new PoolInput.Changed(member));
      }
      case Decoded.Value<Member>(Member member) ->
          unreadable(record, "record of %s under the key %s".formatted(member.server(), server));
      case Decoded.UnknownType<Member>(String type) -> unreadable(record, "unknown type " + type);
      case Decoded.Malformed<Member>(String problem) -> unreadable(record, problem);
    };
  }

  private Optional<PoolInput> unreadable(ConsumerRecord<byte[], byte[]> record, String problem) {
    putAway(record, problem);
    return Optional.empty();
  }

  private void putAway(ConsumerRecord<byte[], byte[]> record, String problem) {
    journal.putAway(
        new DeadLetter(record.topic(), record.partition(), record.offset(), problem),
        record.key() == null ? NOTHING : record.key(),
        record.value() == null ? NOTHING : record.value());
  }

  private void save(SortedMap<ServerId, Member> members) {
    try {
      copy.ifPresent(file -> file.save(members.values()));
    } catch (UncheckedIOException failed) {
      LOG.warn("membership not kept for a restart without Kafka: {}", failed.toString());
    }
  }

  @Override
  public void close() {
    closing = true;
    closed.countDown();
    // Not an interrupt, which would leave the consumer no chance to close in order.
    current.ifPresent(Consumer::wakeup);
    try {
      if (thread.isAlive() && !thread.join(CLOSE_MAX)) {
        LOG.warn("reader of {} did not end within {}", topic.name(), CLOSE_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
