package io.sluice.compose.bench;

import io.sluice.compose.bench.GeneratedHistory.Shape;
import io.sluice.compose.bench.GeneratedHistory.Step;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The records of some partitions of a generated history, one partition after the other. */
final class GeneratedSource implements RecordSource {
  private static final int BATCH_RECORDS = 1_000;

  private final Shape shape;
  private final boolean journal;
  private final Deque<Integer> partitions;
  private final Map<ZoneId, Long> sequences = new HashMap<>();
  private Optional<PartitionScript> script = Optional.empty();
  private int partition;
  private long commands;

  GeneratedSource(Shape shape, String topic, List<Integer> partitions) {
    this.shape = shape;
    this.journal = topic.equals(Topics.JOURNAL.name());
    this.partitions = new ArrayDeque<>(partitions);
  }

  @Override
  public long size() {
    return shape.records();
  }

  @Override
  public List<RawRecord> next() {
    List<RawRecord> records = new ArrayList<>();
    while (records.size() < BATCH_RECORDS) {
      if (script.isEmpty() && partitions.isEmpty()) {
        break;
      }
      if (script.isEmpty()) {
        partition = partitions.remove();
        script = Optional.of(new PartitionScript(shape, partition));
        commands = 0;
      }
      Optional<Step> step = script.get().next();
      if (step.isEmpty()) {
        script = Optional.empty();
      } else {
        record(step.get()).ifPresent(records::add);
      }
    }
    return records;
  }

  private Optional<RawRecord> record(Step step) {
    if (!journal) {
      return step.command()
          .map(command ->
              new RawRecord(
                  partition,
                  commands++,
                  command.at(),
                  Topics.SCALE_COMMANDS.key().encode(command.zone()),
                  Topics.SCALE_COMMANDS.value().encode(command),
                  new TreeMap<>()));
    }
    FleetEvent event = step.fact().event();
    return Optional.of(
        new RawRecord(
            partition,
            step.fact().offset(),
            step.fact().time(),
            Topics.JOURNAL.key().encode(event.zone()),
            Topics.JOURNAL.value().encode(event),
            headers(event, step.fact().offset())));
  }

  private SortedMap<String, String> headers(FleetEvent event, long offset) {
    SortedMap<String, String> headers = new TreeMap<>();
    long sequence = sequences.merge(event.zone(), 1L, Long::sum);
    CloudEvent.headers(event, partition + "-" + offset, "/bench", sequence)
        .forEach((name, bytes) -> headers.put(name, new String(bytes, StandardCharsets.UTF_8)));
    return headers;
  }

  @Override
  public void close() {
    partitions.clear();
    script = Optional.empty();
  }
}
