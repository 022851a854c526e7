package io.sluice.provisioner.snapshot;

import static io.sluice.provisioner.Samples.journal;
import static io.sluice.provisioner.Samples.life;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotTest {
  private static final Snapshot SNAPSHOT =
      Snapshot.of(
          "journal-1",
          new Epoch(4),
          Map.of(0, 12L, 1, 7L),
          journal(life("zone1-1", ServerState.READY), life("zone2-3", ServerState.DEAD)));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(Snapshot.read(SNAPSHOT.text())).isEqualTo(SNAPSHOT);
  }

  @Test
  void theHeadComesFirstSoThatAScriptCanReadIt() {
    assertThat(SNAPSHOT.text())
        .startsWith("{\"journal\":\"journal-1\",\"epoch\":4,\"offsets\":{\"0\":12,\"1\":7},");
  }

  @Test
  void aChangedByteIsNoticed() {
    String damaged = SNAPSHOT.text().replace("\"ready\"", "\"dead\"");

    assertThatThrownBy(() -> Snapshot.read(damaged)).hasMessageContaining("checksum");
  }

  @ParameterizedTest
  @CsvSource({
    "journal-1, 0, 12, true",
    "journal-1, 12, 40, true",
    "journal-2, 0, 40, false",
    "journal-1, 13, 40, false",
    "journal-1, 0, 11, false"
  })
  void readingGoesOnWhereItWasTakenIfTheJournalIsThere(
      String journal, long begin, long end, boolean fits) {
    assertThat(SNAPSHOT.fits(journal, Map.of(0, begin, 1, 0L), Map.of(0, end, 1, 9L)))
        .isEqualTo(fits);
  }

  @Test
  void anotherNumberOfPartitionsIsAnotherJournal() {
    assertThat(SNAPSHOT.fits("journal-1", Map.of(0, 0L), Map.of(0, 40L))).isFalse();
  }

  @Test
  void oneThatDoesNotKnowWhichStartsAreSettledIsOfAnEarlierReleaseAndNotBelieved() {
    String text = SNAPSHOT.text();
    String earlier = text.substring(0, text.indexOf(",\"settled\"")) + "}";

    assertThatThrownBy(() -> Snapshot.read(earlier)).hasMessageContaining("settled");
  }

  @Test
  void oneInWhichAFactCouldNotBeWorkedInIsNotComplete() {
    ZoneId zone = new ZoneId("zone1");
    Condition condition =
        new Condition(
            ConditionKind.RECORD_FAILED, Optional.empty(), "what", Optional.of(7L), "mend");
    JournalState troubled =
        SNAPSHOT
            .known()
            .apply(
                new JournalRecord(
                    8, Samples.NOW, new ConditionRaised(zone, Samples.NOW, condition)));

    assertThat(SNAPSHOT.complete()).isTrue();
    assertThat(Snapshot.of("journal-1", new Epoch(4), Map.of(), troubled).complete()).isFalse();
  }

  @Test
  void whatIsNoSnapshotAtAllIsNoticed() {
    for (String text : List.of("null", "{}", "[]", "1", "")) {
      assertThatThrownBy(() -> Snapshot.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void oneWhoseFactsDoNotStandInTheJournalAnyMoreCannotBeProved() {
    Snapshot marked =
        Snapshot.of(
            "journal-1",
            new Epoch(4),
            Map.of(0, 12L),
            SNAPSHOT
                .known()
                .read(
                    0,
                    new JournalRecord(
                        10,
                        Samples.NOW,
                        new FleetEvent.ZoneDeclared(
                            new ZoneId("zone1"), Samples.NOW, Actor.CONFIGURATION))));

    assertThat(marked.fits("journal-1", Map.of(0, 10L), Map.of(0, 40L))).isTrue();
    assertThat(marked.fits("journal-1", Map.of(0, 11L), Map.of(0, 40L))).isFalse();
    assertThat(Snapshot.read(marked.text())).isEqualTo(marked);
  }

  @Test
  void aTornTextIsNoticed() {
    String torn = SNAPSHOT.text().substring(0, 200);

    assertThatThrownBy(() -> Snapshot.read(torn)).isInstanceOf(IllegalArgumentException.class);
  }
}
