package io.sluice.compose.whatif;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/** A history in memory. */
final class Pieces implements History {
  private final List<RawRecord> records = new ArrayList<>();

  /** Adds a fact to the journal. */
  void add(Instant time, FleetEvent event) {
    addBytes(time, Topics.JOURNAL.key().encode(event.zone()), Topics.JOURNAL.value().encode(event));
  }

  /** Adds what need be no fact. */
  void addBytes(Instant time, byte[] key, byte[] value) {
    records.add(new RawRecord(0, records.size(), time, key, value, Collections.emptySortedMap()));
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public RecordSource journal(Passage passage) {
    return source(records);
  }

  /** They follow from the facts. */
  @Override
  public RecordSource commands(Passage passage) {
    return source(List.of());
  }

  @Override
  public SortedSet<ZoneId> zones() {
    return Collections.emptySortedSet();
  }

  private static RecordSource source(List<RawRecord> all) {
    return new RecordSource() {
      private int next;

      @Override
      public List<RawRecord> next() {
        int from = next;
        next = Math.min(all.size(), next + 7);
        return List.copyOf(all.subList(from, next));
      }

      @Override
      public long size() {
        return all.size();
      }

      @Override
      public void close() {}
    };
  }
}
