package io.sluice.compose.bench;

import io.sluice.compose.bench.GeneratedHistory.Shape;
import io.sluice.compose.bench.GeneratedHistory.Step;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is written into one partition of the journal: its zones' facts in the order of time. */
final class PartitionScript {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long SEED = 20_260_101;

  private final Map<ZoneId, ZoneScript> zones = new LinkedHashMap<>();
  private final Deque<FleetEvent> upcoming = new ArrayDeque<>();
  private Instant time = START;
  private long offset;
  private final long end;

  PartitionScript(Shape shape, int partition) {
    for (int index = 0; index < shape.zones(); index++) {
      if (shape.partition(index) == partition) {
        ZoneId zone = shape.zone(index);
        zones.put(zone, new ZoneScript(zone, shape.servers(), SEED + index));
      }
    }
    this.end = shape.records(partition);
    zones.values().forEach(zone -> upcoming.addAll(zone.beginning(time)));
  }

  /** The next fact; none at the end. */
  Optional<Step> next() {
    if (offset >= end) {
      return Optional.empty();
    }
    while (upcoming.isEmpty()) {
      time = time.plus(SECOND);
      zones.values().forEach(zone -> upcoming.addAll(zone.second(time)));
    }
    FleetEvent event = upcoming.remove();
    JournalRecord fact = new JournalRecord(offset++, time, event);
    ZoneScript zone = zones.get(event.zone());
    if (zone == null) {
      throw new IllegalStateException("zone %s writes elsewhere".formatted(event.zone()));
    }
    Decision decision = zone.tell(fact);
    return Optional.of(new Step(fact, decision.command(), decision.after()));
  }
}
