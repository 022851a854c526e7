package io.sluice.compose.history;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The zones that a journal's keys name. */
final class JournalZones {
  private JournalZones() {}

  /** Reads the journal to its end. */
  static SortedSet<ZoneId> of(RecordSource journal) {
    SortedSet<ZoneId> zones = new TreeSet<>();
    for (List<RawRecord> batch = journal.next(); !batch.isEmpty(); batch = journal.next()) {
      for (RawRecord raw : batch) {
        byte[] key = raw.key();
        if (key != null
            && Topics.ZONE_KEY.decode(key) instanceof Decoded.Value<ZoneId>(ZoneId zone)) {
          zones.add(zone);
        }
      }
    }
    return zones;
  }
}
