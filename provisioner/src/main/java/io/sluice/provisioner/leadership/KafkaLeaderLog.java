package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.DEAD_LETTERS;
import static io.sluice.schemas.topic.Topics.JOURNAL;
import static io.sluice.schemas.topic.Topics.SCALE_COMMANDS;

import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.SecretWrite;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics on Kafka: one transactional producer, one consumer of committed records. */
public final class KafkaLeaderLog implements LeaderLog {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLeaderLog.class);

  /** What stands beside a committed offset: whose commands its leader could read. */
  private static final Pattern READ_BY = Pattern.compile("rules (\\d{1,9})");

  private final KafkaSettings settings;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final Admin admin;
  private final KafkaReading reading = new KafkaReading();
  private Map<Integer, Long> begins = Map.of();
  private Set<TopicPartition> journal = Set.of();
  private Set<TopicPartition> commands = Set.of();
  private final Map<ZoneId, Long> written = new HashMap<>();
  private String term = "";

  private KafkaLeaderLog(
      KafkaSettings settings,
      Producer<byte[], byte[]> producer,
      Consumer<byte[], byte[]> consumer,
      Admin admin) {
    this.settings = settings;
    this.producer = producer;
    this.consumer = consumer;
    this.admin = admin;
  }

  /** Makes ready to ask Kafka; nothing is asked of it yet. */
  public static KafkaLeaderLog connect(KafkaSettings settings) {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    return new KafkaLeaderLog(
        settings,
        producer,
        new KafkaConsumer<>(
            settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        Admin.create(settings.admin()));
  }

  /**
   * Connects to Kafka ahead of a term: asks what it will ask when it takes office, as far as that
   * can be asked without taking it.
   *
   * @throws KafkaException if Kafka does not answer
   */
  void prepare() {
    producer.partitionsFor(JOURNAL.name());
    KafkaSurvey survey = KafkaSurvey.take(admin);
    consumer.committed(partitions(SCALE_COMMANDS.name(), survey.commandPartitions()));
  }

  @Override
  public Opening open() {
    return asking(
        "taking office",
        () -> {
          producer.initTransactions();
          KafkaSurvey survey = KafkaSurvey.take(admin);
          journal = partitions(JOURNAL.name(), survey.journalEnds().size());
          commands = partitions(SCALE_COMMANDS.name(), survey.commandPartitions());
          term = survey.journalId() + "-" + System.nanoTime();
          begins = survey.journalBegins();
          return new Opening(
              survey.journalId(),
              begins,
              survey.journalEnds(),
              committed(),
              KafkaSecrets.read(consumer));
        });
  }

  private static Set<TopicPartition> partitions(String topic, int count) {
    return IntStream.range(0, count)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .collect(Collectors.toSet());
  }

  private Map<Integer, Long> committed() {
    Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(commands);
    Map<Integer, Long> begin = new HashMap<>();
    commands.forEach(
        partition -> begin.put(partition.partition(), begin(partition, known.get(partition))));
    return begin;
  }

  /**
   * From where the commands of a partition are to be read. An offset that is not there any more
   * costs nothing but the time to read them again, since what was carried out the journal knows. So
   * does that of a leader of earlier decision rules: what it could not read it has passed over, and
   * nobody has carried it out.
   */
  static long begin(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
    if (committed == null) {
      LOG.info("no offset of {} is known: its commands are read from the beginning", partition);
      return 0;
    }
    if (rules(committed.metadata()) < ScaleCommand.RULES) {
      LOG.info(
          "{} was read up to {} by an earlier release: its commands are read again from the"
              + " beginning, in case that one could not read all",
          partition,
          committed.offset());
      return 0;
    }
    return committed.offset();
  }

  /** The decision rules whose commands a leader could read; 0: it did not say. */
  private static int rules(String metadata) {
    Matcher said = READ_BY.matcher(metadata);
    return said.matches() ? Integer.parseInt(said.group(1)) : 0;
  }

  /** What a leader of this release commits when the commands of a partition are read up to here. */
  static OffsetAndMetadata readUpTo(long offset) {
    return new OffsetAndMetadata(offset, "rules " + ScaleCommand.RULES);
  }

  @Override
  public void readFrom(Map<Integer, Long> from, Map<Integer, Long> begin) {
    asking(
        "reading",
        () -> {
          reading.begin(begins, from.keySet());
          consumer.assign(Stream.concat(journal.stream(), commands.stream()).toList());
          for (TopicPartition partition : journal) {
            Long offset = from.get(partition.partition());
            if (offset == null) {
              consumer.seekToBeginning(List.of(partition));
            } else {
              consumer.seek(partition, offset);
            }
          }
          for (TopicPartition partition : commands) {
            consumer.seek(partition, begin.getOrDefault(partition.partition(), 0L));
          }
          return journal;
        });
  }

  @Override
  public Batch poll(Duration wait, Set<Integer> held) {
    return asking(
        "reading",
        () -> {
          Set<TopicPartition> paused =
              commands.stream()
                  .filter(partition -> held.contains(partition.partition()))
                  .collect(Collectors.toSet());
          consumer.resume(
              consumer.paused().stream().filter(partition -> !paused.contains(partition)).toList());
          consumer.pause(paused);
          return reading.batch(records(wait));
        });
  }

  private ConsumerRecords<byte[], byte[]> records(Duration wait) {
    Duration patience = wait;
    while (true) {
      try {
        return consumer.poll(patience);
      } catch (InvalidOffsetException lost) {
        beginAnew(consumer, lost);
      } catch (WakeupException woken) {
        // It throws before it looks at what was fetched already, which must not be left lying.
        patience = Duration.ZERO;
      }
    }
  }

  /**
   * Commands that are not there any more are read from the first one that is: what was carried out
   * of them the journal knows. Of the journal nothing may be missing.
   *
   * @throws InvalidOffsetException if it is the journal that does not reach as far as it was read
   */
  static void beginAnew(Consumer<byte[], byte[]> consumer, InvalidOffsetException lost) {
    if (lost.partitions().stream().anyMatch(place -> place.topic().equals(JOURNAL.name()))) {
      throw lost;
    }
    LOG.warn("commands are read from the first one that is there: {}", lost.getMessage());
    consumer.seekToBeginning(lost.partitions());
  }

  @Override
  public List<Place> record(Entry entry) {
    return asking(
        "recording",
        () -> {
          producer.beginTransaction();
          List<Future<RecordMetadata>> sent = new ArrayList<>();
          entry.facts().forEach(fact -> sent.add(producer.send(record(fact))));
          List<Future<RecordMetadata>> others = new ArrayList<>();
          entry.letters().forEach(letter -> others.add(producer.send(record(letter))));
          if (!entry.commands().isEmpty()) {
            producer.sendOffsetsToTransaction(offsets(entry.commands()), consumer.groupMetadata());
          }
          for (SecretWrite write : entry.secrets()) {
            others.add(producer.send(KafkaSecrets.record(write)));
          }
          producer.commitTransaction();
          others.forEach(KafkaLeaderLog::placed);
          return sent.stream().map(KafkaLeaderLog::placed).toList();
        });
  }

  private ProducerRecord<byte[], byte[]> record(FleetEvent fact) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            JOURNAL.name(), JOURNAL.key().encode(fact.zone()), JOURNAL.value().encode(fact));
    // A transaction that fails ends the term, so that what a term has recorded has no gaps.
    long sequence = written.merge(fact.zone(), 1L, Long::sum);
    String source = "/monitors/%s/terms/%s".formatted(settings.monitor(), term);
    CloudEvent.headers(fact, "%s-%d".formatted(fact.zone(), sequence), source, sequence)
        .forEach((name, value) -> record.headers().add(name, value));
    return record;
  }

  private static ProducerRecord<byte[], byte[]> record(UnreadableRecord letter) {
    DeadLetter.Content content = letter.header().content(letter.key(), letter.value());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(DEAD_LETTERS.name(), content.key(), content.value());
    content.headers().forEach((name, value) -> record.headers().add(name, value));
    return record;
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Long> commands) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    commands.forEach((partition, next) ->
        offsets.put(new TopicPartition(SCALE_COMMANDS.name(), partition), readUpTo(next)));
    return offsets;
  }

  /** Where a record of a committed transaction stands. */
  private static Place placed(Future<RecordMetadata> sent) {
    try {
      RecordMetadata at = sent.get();
      return new Place(at.partition(), at.offset());
    } catch (ExecutionException failed) {
      throw new KafkaException("a record was not written", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptException(interrupted);
    }
  }

  @Override
  public Map<Integer, Long> journalPositions() {
    return asking(
        "reading",
        () -> {
          Map<Integer, Long> positions = new HashMap<>();
          journal.forEach(partition -> positions.put(partition.partition(), position(partition)));
          return positions;
        });
  }

  private long position(TopicPartition partition) {
    while (true) {
      try {
        return consumer.position(partition);
      } catch (WakeupException woken) {
        // Meant for a poll, whose caller looks for what it was woken for before it polls anyway.
        LOG.trace("woken up between two polls", woken);
      }
    }
  }

  @Override
  public boolean commandsRead() {
    return commands.stream().allMatch(partition -> consumer.currentLag(partition).orElse(1) == 0);
  }

  @Override
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    // Each, also if the one before was interrupted.
    try {
      producer.close(Duration.ZERO);
    } finally {
      try {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
      } finally {
        admin.close(Duration.ZERO);
      }
    }
  }

  private static <T> T asking(String what, Supplier<T> question) {
    try {
      return question.get();
    } catch (InvalidOffsetException lost) {
      throw new LeadershipLostException(
          "the journal is another one than this term began with: " + lost.getMessage(),
          false,
          lost);
    } catch (ProducerFencedException | InvalidProducerEpochException fenced) {
      throw new LeadershipLostException("another leader took office", true, fenced);
    } catch (KafkaException failed) {
      boolean fenced =
          failed instanceof ApplicationRecoverableException
              || failed.getCause() instanceof ProducerFencedException
              || failed.getCause() instanceof InvalidProducerEpochException;
      throw new LeadershipLostException(
          "%s failed: %s".formatted(what, failed.getMessage()), fenced, failed);
    }
  }
}
