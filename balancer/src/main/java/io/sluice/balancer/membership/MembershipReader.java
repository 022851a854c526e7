package io.sluice.balancer.membership;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.report.Journal;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
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
 * read anew as soon as that is possible. It is read anew, too, when it may be another one than
 * before: when Kafka was away, when the topic was cut or made again.
 */
public final class MembershipReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration ASK_EVERY = Duration.ofSeconds(5);
  private static final Duration ASK_MAX = Duration.ofSeconds(2);

  /** A broker that does not answer is given up after some ten seconds. */
  private static final Duration TURN_MAX = Duration.ofSeconds(45);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
  private static final byte[] NOTHING = new byte[0];
  private static final Logger LOG = LoggerFactory.getLogger(MembershipReader.class);

  private final Topic<ServerId, Member> topic;
  private final TopicPartition partition;
  private final Supplier<MembershipTopic> topics;
  private final Optional<MemberCopy> copy;
  private final Journal journal;
  private final Listener pools;
  private final Loops loops;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch read = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<Supervised> loop = Optional.empty();
  private volatile boolean closing;
  private volatile MembershipState state = MembershipState.NEW;
  private volatile Optional<Consumer<byte[], byte[]>> current = Optional.empty();

  /** Who is told what the membership is, from the reader's thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Takes in what is new. A {@link PoolInput.Replaced} has taken effect when this returns: from
     * then on the membership counts as known.
     */
    void take(PoolInput input);

    /** The topic was read whole, once more, and what it says holds. */
    default void known() {}
  }

  /**
   * A reader; {@link #start} sets it going.
   *
   * @param topics makes a way to the topic; called again after a failure
   * @param copy where the membership is kept for a start without Kafka
   * @param journal takes records that can't be read
   * @param pools is told what the membership is
   * @param loops runs the reader
   */
  public MembershipReader(
      ZoneId zone,
      Supplier<MembershipTopic> topics,
      Optional<MemberCopy> copy,
      Journal journal,
      Listener pools,
      Loops loops) {
    this.topic = Topics.membership(zone);
    this.partition = new TopicPartition(topic.name(), 0);
    this.topics = topics;
    this.copy = copy;
    this.journal = journal;
    this.pools = pools;
    this.loops = loops;
  }

  /** Takes the copy for granted until Kafka says otherwise, and begins to read. */
  public void start() {
    copy.flatMap(MemberCopy::load)
        .ifPresent(members -> {
          state = new MembershipState(MembershipState.Source.COPY, false);
          pools.take(new PoolInput.Replaced(members));
        });
    loop = Optional.of(loops.restarting(topic.name(), TURN_MAX, this::run));
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

  private void run(Loops.Turns turns) {
    while (!closing) {
      turns.turned();
      try (MembershipTopic found = topics.get()) {
        current = Optional.of(found.consumer());
        follow(found, turns);
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
    ended.countDown();
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

  /** Reads the whole topic and then what is new, until it may be another topic. */
  private void follow(MembershipTopic found, Loops.Turns turns) {
    Consumer<byte[], byte[]> consumer = found.consumer();
    Optional<String> identity = found.identity(topic.name(), ASK_MAX);
    SortedMap<ServerId, Member> members = new TreeMap<>();
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (!closing && consumer.position(partition) < end) {
      changes(consumer.poll(POLL), members);
      turns.turned();
    }
    if (closing) {
      return;
    }
    LOG.info("{} has {} servers", topic.name(), members.size());
    pools.take(new PoolInput.Replaced(List.copyOf(members.values())));
    state = new MembershipState(MembershipState.Source.TOPIC, true);
    read.countDown();
    pools.known();
    save(members);
    long askedNanos = System.nanoTime();
    while (!closing) {
      turns.turned();
      if (System.nanoTime() - askedNanos >= ASK_EVERY.toNanos()) {
        if (isAnother(found, identity)) {
          return;
        }
        askedNanos = System.nanoTime();
      }
      List<PoolInput> changes = changes(consumer.poll(POLL), members);
      changes.forEach(pools::take);
      if (!changes.isEmpty()) {
        save(members);
      }
    }
  }

  /**
   * Asks whether the topic is still the one that is followed. A consumer waits in silence for a
   * broker that is gone; and one that comes back may have been restored to an earlier state, whose
   * positions say nothing of the records before them.
   */
  private boolean isAnother(MembershipTopic found, Optional<String> identity) {
    boolean away = !state.kafka();
    long end;
    Optional<String> now;
    try {
      now = found.identity(topic.name(), ASK_MAX);
      end =
          found
              .consumer()
              .endOffsets(List.of(partition), ASK_MAX)
              .getOrDefault(partition, Long.MAX_VALUE);
    } catch (TimeoutException unanswered) {
      reached(false);
      return false;
    }
    String why =
        away
            ? "Kafka was away"
            : !now.equals(identity)
                ? "it was made again"
                : end < found.consumer().position(partition) ? "it was cut" : "";
    if (why.isEmpty()) {
      reached(true);
      return false;
    }
    LOG.warn("{} is read anew, since {}", topic.name(), why);
    state = new MembershipState(state.source(), false);
    return true;
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
      if (loop.isPresent() && !ended.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("reader of {} did not end within {}", topic.name(), CLOSE_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    loop.ifPresent(Supervised::close);
  }
}
