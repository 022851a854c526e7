package io.sluice.compose.bench;

import io.sluice.compose.archive.Extent;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.history.Restorable;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A history that could have been recorded: several zones over hours, with their commands. It is
 * made as it is read, always the same for the same figures.
 */
public final class GeneratedHistory implements History, Restorable {
  private final Shape shape;

  /** A history of this shape. */
  public GeneratedHistory(Shape shape) {
    this.shape = shape;
  }

  /**
   * How much of what.
   *
   * @param records facts in the journal, 1 or more
   * @param zones how many zones, 1 or more
   * @param servers most servers of a zone, 1 or more
   * @param partitions partitions of both topics, 1 or more
   */
  public record Shape(long records, int zones, int servers, int partitions) {
    /** The partition of a zone, by the zone's index from 0. */
    int partition(int zone) {
      return zone % partitions;
    }

    /** The zone with this index: the first name of its own that belongs into its partition. */
    ZoneId zone(int index) {
      ZoneId name = new ZoneId("zone" + (index + 1));
      for (int i = 1;
          KafkaHistory.partition(Topics.ZONE_KEY.encode(name), partitions) != partition(index);
          i++) {
        name = new ZoneId("zone%d-%d".formatted(index + 1, i));
      }
      return name;
    }

    /** How many facts a partition has; the first ones have one more where it does not add up. */
    long records(int partition) {
      int busy = Math.min(zones, partitions);
      return partition >= busy ? 0 : records / busy + (partition < records % busy ? 1 : 0);
    }
  }

  @Override
  public String name() {
    return "generated " + shape;
  }

  @Override
  public RecordSource journal(Passage passage) {
    return source(Topics.JOURNAL.name());
  }

  @Override
  public RecordSource commands(Passage passage) {
    return source(Topics.SCALE_COMMANDS.name());
  }

  @Override
  public SortedSet<ZoneId> zones() {
    return IntStream.range(0, shape.zones())
        .mapToObj(shape::zone)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public RecordSource partition(String topic, int partition) {
    return new GeneratedSource(shape, topic, List.of(partition));
  }

  @Override
  public SortedMap<String, List<Extent>> topics() {
    SortedMap<String, List<Extent>> topics = new TreeMap<>();
    for (String topic : List.of(Topics.JOURNAL.name(), Topics.SCALE_COMMANDS.name())) {
      List<Extent> extents =
          new ArrayList<>(IntStream.range(0, shape.partitions()).mapToObj(Extent::empty).toList());
      try (RecordSource source = source(topic)) {
        for (var records = source.next(); !records.isEmpty(); records = source.next()) {
          for (RawRecord record : records) {
            extents.set(record.partition(), extents.get(record.partition()).with(record.offset()));
          }
        }
      }
      topics.put(topic, Collections.unmodifiableList(extents));
    }
    return topics;
  }

  /** The facts as objects. */
  List<JournalRecord> facts() {
    List<JournalRecord> facts = new ArrayList<>();
    for (int partition = 0; partition < shape.partitions(); partition++) {
      PartitionScript script = new PartitionScript(shape, partition);
      for (var step = script.next(); step.isPresent(); step = script.next()) {
        facts.add(step.get().fact());
      }
    }
    return facts;
  }

  private RecordSource source(String topic) {
    return new GeneratedSource(
        shape, topic, IntStream.range(0, shape.partitions()).boxed().toList());
  }

  /**
   * A fact, and what was decided on it.
   *
   * @param fact the fact with its offset in its partition
   * @param command the command that came of it
   * @param after the zone's state behind it
   */
  record Step(JournalRecord fact, Optional<ScaleCommand> command, ZoneState after) {}
}
