package io.sluice.compose.drill.chaos;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A history without what zones have from their first fact of a later release on: an audit ends at
 * such a fact, since nobody can say what should follow it.
 */
record KnownHistory(History whole) implements History {
  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public RecordSource journal() {
    return new Known(whole.journal());
  }

  @Override
  public RecordSource commands() {
    return whole.commands();
  }

  private static final class Known implements RecordSource {
    private final RecordSource whole;
    private final Set<ZoneId> ended = new HashSet<>();

    private Known(RecordSource whole) {
      this.whole = whole;
    }

    @Override
    public List<RawRecord> next() {
      List<RawRecord> known = new ArrayList<>();
      for (List<RawRecord> page = whole.next(); !page.isEmpty(); page = whole.next()) {
        page.stream().filter(this::known).forEach(known::add);
        if (!known.isEmpty()) {
          return known;
        }
      }
      return known;
    }

    private boolean known(RawRecord raw) {
      if (!(JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone))) {
        return true;
      }
      if (JournalReader.read(raw.key(), raw.value()) instanceof Decoded.UnknownType<FleetEvent>) {
        ended.add(zone);
      }
      return !ended.contains(zone);
    }

    @Override
    public long size() {
      return whole.size();
    }

    @Override
    public void close() {
      whole.close();
    }
  }
}
