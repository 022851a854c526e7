package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.JOURNAL;
import static io.sluice.schemas.topic.Topics.SCALE_COMMANDS;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From Kafka's records to inputs. A fact of an unknown type is of a later release and not needed
 * here; a journal record that can't be read at all is put with the dead letters by those who decide
 * on it, not a second time here; a command that can't be read is put there by us.
 */
final class KafkaReading {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaReading.class);

  private final Set<String> unknownTypes = new HashSet<>();

  /** Per partition of the journal the first fact of which it is known what came of it. */
  private Map<Integer, Long> known = Map.of();

  private final Set<ZoneId> cutOff = new HashSet<>();

  /**
   * Begins a term.
   *
   * @param begins the first offset per partition of the journal
   * @param kept the partitions of which a snapshot tells what stood before
   */
  void begin(Map<Integer, Long> begins, Set<Integer> kept) {
    known = new HashMap<>(begins);
    known.replaceAll((partition, first) -> kept.contains(partition) ? 0 : first);
  }

  LeaderLog.Batch batch(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return LeaderLog.Batch.EMPTY;
    }
    List<Input> inputs = new ArrayList<>();
    List<UnreadableRecord> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.topic().equals(JOURNAL.name())) {
        fact(record)
            .map(entry -> new Input.FactRead(record.partition(), entry))
            .ifPresent(inputs::add);
      } else {
        inputs.add(known(command(record, letters)));
      }
    }
    return new LeaderLog.Batch(inputs, letters);
  }

  private Optional<JournalRecord> fact(ConsumerRecord<byte[], byte[]> record) {
    return switch (JOURNAL.value().decode(bytes(record.value()))) {
      case Decoded.Value<FleetEvent>(FleetEvent fact) ->
          Optional.of(
              new JournalRecord(record.offset(), Instant.ofEpochMilli(record.timestamp()), fact));
      case Decoded.UnknownType<FleetEvent>(String type) -> {
        if (unknownTypes.add(type)) {
          LOG.warn("facts of type '{}' are skipped: a later release writes them", type);
        }
        yield Optional.empty();
      }
      case Decoded.Malformed<FleetEvent>(String problem) -> {
        LOG.warn("fact at {} is skipped: {}", place(record), problem);
        yield Optional.empty();
      }
    };
  }

  /**
   * A command whose cause was cut off the journal may have been carried out by now, and what it has
   * started be gone, which was cut off too: it is nobody's to carry out.
   */
  private Input known(Input read) {
    if (read instanceof Input.CommandRead(Place place, ScaleCommand command) && isCutOff(command)) {
      if (cutOff.add(command.zone())) {
        LOG.warn(
            "command {} is not carried out, nor are others of zone {} whose causes were cut off the"
                + " journal",
            command.id(),
            command.zone());
      }
      return new Input.CommandSkipped(place);
    }
    return read;
  }

  private boolean isCutOff(ScaleCommand command) {
    byte[] key = JOURNAL.key().encode(command.zone());
    int partition = known.isEmpty() ? 0 : BuiltInPartitioner.partitionForKey(key, known.size());
    return command.id().offset() < known.getOrDefault(partition, 0L);
  }

  private static Input command(
      ConsumerRecord<byte[], byte[]> record, List<UnreadableRecord> letters) {
    Decoded<ScaleCommand> decoded = SCALE_COMMANDS.value().decode(bytes(record.value()));
    return switch (decoded) {
      case Decoded.Value<ScaleCommand>(ScaleCommand command) ->
          objection(command)
              .map(problem -> unreadable(record, problem, letters))
              .orElseGet(() -> new Input.CommandRead(place(record), command));
      case Decoded.UnknownType<ScaleCommand>(String type) ->
          unreadable(record, "unknown type '" + type + "'", letters);
      case Decoded.Malformed<ScaleCommand>(String problem) -> unreadable(record, problem, letters);
    };
  }

  private static Optional<String> objection(ScaleCommand command) {
    return Stream.concat(command.start().stream(), command.stop().stream())
        .map(ServerId::zone)
        .filter(zone -> !zone.equals(command.zone()))
        .findFirst()
        .map(zone ->
            "command %s of zone %s names a server of zone %s"
                .formatted(command.id(), command.zone(), zone));
  }

  private static Input unreadable(
      ConsumerRecord<byte[], byte[]> record, String problem, List<UnreadableRecord> letters) {
    LOG.warn("command at {} goes to the dead letters: {}", place(record), problem);
    letters.add(
        new UnreadableRecord(
            bytes(record.key()),
            bytes(record.value()),
            new DeadLetter(record.topic(), record.partition(), record.offset(), problem)));
    return new Input.CommandSkipped(place(record));
  }

  private static Place place(ConsumerRecord<byte[], byte[]> record) {
    return new Place(record.partition(), record.offset());
  }

  /** Kafka has no bytes where a record has no key or is a tombstone. */
  private static byte[] bytes(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }
}
