package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.project.Membership;
import io.sluice.topology.project.MembershipChange;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Makes the membership topics follow the journal. Records that are malformed or of unknown type are
 * nothing to it: {@link DecideProcessor}, which reads the same ones, says what becomes of them.
 */
public final class ProjectProcessor implements OnContext.Work<byte[], byte[]> {
  private final ProcessorContext<ServerId, Optional<Member>> context;
  private final KeyValueStore<ZoneId, Zone> members;

  private ProjectProcessor(ProcessorContext<ServerId, Optional<Member>> context) {
    this.context = context;
    this.members = context.getStateStore(StateStores.MEMBERS);
  }

  /** A processor for one partition. */
  public static Processor<byte[], byte[], ServerId, Optional<Member>> create() {
    return new OnContext<>(ProjectProcessor::new);
  }

  @Override
  public void on(Record<byte[], byte[]> record) {
    switch (JournalReader.read(record.key(), record.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) when Membership.concerns(event) ->
          project(event, record.timestamp());
      case Decoded.Value<FleetEvent> ignored -> {}
      case Decoded.UnknownType<FleetEvent> ignored -> {}
      case Decoded.Malformed<FleetEvent> ignored -> {}
    }
  }

  private void project(FleetEvent event, long timestamp) {
    long offset = context.recordMetadata().orElseThrow().offset();
    Zone stored = members.get(event.zone());
    Zone before = stored == null ? Zone.unknown(event.zone()) : stored;
    Zone after = before.apply(new JournalRecord(offset, Instant.ofEpochMilli(timestamp), event));
    members.put(event.zone(), after);
    for (MembershipChange change : Membership.changes(before, after)) {
      context.forward(new Record<>(change.server(), change.member(), timestamp));
    }
  }
}
