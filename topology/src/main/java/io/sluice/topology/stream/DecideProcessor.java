package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Runs the fold {@link Decide#step} over the journal, record by record, and forwards the commands.
 *
 * <p>A malformed record never was a fact and goes to the dead letters; a fact of unknown type stops
 * the processing, since a fold must not skip facts.
 */
public final class DecideProcessor implements OnContext.Work<byte[], byte[]> {
  private final ProcessorContext<ZoneId, ScaleCommand> context;
  private final KeyValueStore<ZoneId, ZoneState> zones;

  /** What the store holds, as objects: reading it back would cost more than deciding. */
  private final Map<ZoneId, ZoneState> states = new HashMap<>();

  private DecideProcessor(ProcessorContext<ZoneId, ScaleCommand> context) {
    this.context = context;
    this.zones = context.getStateStore(StateStores.ZONES);
  }

  /** A processor for one partition. */
  public static Processor<byte[], byte[], ZoneId, ScaleCommand> create() {
    return new OnContext<>(DecideProcessor::new);
  }

  @Override
  public void on(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    switch (JournalReader.read(record.key(), record.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) ->
          decide(
              new JournalRecord(place.offset(), Instant.ofEpochMilli(record.timestamp()), event));
      case Decoded.UnknownType<FleetEvent>(String type) ->
          throw new UnknownFactException(type, place.topic(), place.partition(), place.offset());
      case Decoded.Malformed<FleetEvent>(String problem) ->
          throw new MalformedRecordException(problem);
    }
  }

  private void decide(JournalRecord entry) {
    ZoneId zone = entry.event().zone();
    Decision decision = Decide.step(state(zone), entry);
    states.put(zone, decision.after());
    zones.put(zone, decision.after());
    decision
        .command()
        .ifPresent(
            command -> context.forward(new Record<>(zone, command, command.at().toEpochMilli())));
  }

  private ZoneState state(ZoneId zone) {
    ZoneState known = states.get(zone);
    if (known != null) {
      return known;
    }
    ZoneState stored = zones.get(zone);
    return stored == null ? ZoneState.unknown(zone) : stored;
  }
}
