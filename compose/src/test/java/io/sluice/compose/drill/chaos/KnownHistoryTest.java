package io.sluice.compose.drill.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownHistoryTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ZoneId LATER = new ZoneId("later");
  private static final Instant AT = Instant.parse("2026-11-24T14:00:00Z");

  @Test
  void aZoneIsLeftOutFromItsFirstFactOfALaterReleaseOn() {
    History whole = new Recorded(List.of(fact(0, ZONE), fact(1, LATER), later(2), fact(3, LATER)));

    assertThat(Audit.of(whole, false)).isInstanceOf(Verdict.UnknownFact.class);
    assertThat(offsets(new KnownHistory(whole))).containsExactly(0L, 1L);
  }

  @Test
  void otherZonesAreAuditedToTheirEnd() {
    History whole = new Recorded(List.of(later(0), fact(1, LATER), fact(2, ZONE), fact(3, ZONE)));

    assertThat(offsets(new KnownHistory(whole))).containsExactly(2L, 3L);
    assertThat(Audit.of(new KnownHistory(whole), false))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> assertThat(verified.counts().records()).isEqualTo(2));
  }

  private static List<Long> offsets(History history) {
    List<Long> offsets = new ArrayList<>();
    try (RecordSource journal = history.journal()) {
      for (List<RawRecord> page = journal.next(); !page.isEmpty(); page = journal.next()) {
        page.forEach(raw -> offsets.add(raw.offset()));
      }
    }
    return offsets;
  }

  private static RawRecord fact(long offset, ZoneId zone) {
    return raw(offset, zone, Topics.JOURNAL.value().encode(new RequestsWaiting(zone, AT, 0)));
  }

  private static RawRecord later(long offset) {
    return raw(offset, LATER, "{\"type\":\"server-hibernated\",\"version\":1}".getBytes(UTF_8));
  }

  private static RawRecord raw(long offset, ZoneId zone, byte[] value) {
    return new RawRecord(
        0, offset, AT, Topics.JOURNAL.key().encode(zone), value, Collections.emptySortedMap());
  }

  /** One record a page. */
  private record Recorded(List<RawRecord> facts) implements History {
    @Override
    public String name() {
      return "a test";
    }

    @Override
    public RecordSource journal() {
      return new Pages(facts);
    }

    @Override
    public RecordSource commands() {
      return new Pages(List.of());
    }
  }

  private static final class Pages implements RecordSource {
    private final List<RawRecord> left;

    private Pages(List<RawRecord> records) {
      this.left = new ArrayList<>(records);
    }

    @Override
    public List<RawRecord> next() {
      return left.isEmpty() ? List.of() : List.of(left.removeFirst());
    }

    @Override
    public long size() {
      return left.size();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
