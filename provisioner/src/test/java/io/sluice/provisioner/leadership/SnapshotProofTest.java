package io.sluice.provisioner.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotProofTest {
  private static final Snapshot SNAPSHOT =
      Snapshot.of(
          "journal",
          new Epoch(3),
          Map.of(0, 9L, 1, 5L, 2, 4L),
          JournalState.EMPTY.read(0, record(7, 0)).read(1, record(4, 0)));

  @Test
  void readingBeginsWithTheLastFactOfEachPartition() {
    assertThat(SnapshotProof.begin(SNAPSHOT)).isEqualTo(Map.of(0, 7L, 1, 4L));
  }

  @Test
  void whatStandsWhereItStoodProvesItAndIsNotWorkedInAgain() {
    SnapshotProof proof = SnapshotProof.of(SNAPSHOT);

    assertThat(proof.check(List.of(read(0, 7, 0), read(0, 8, 1)))).containsExactly(read(0, 8, 1));
    assertThat(proof.given()).isFalse();
    assertThat(proof.check(List.of(read(2, 0, 0), read(1, 4, 0)))).containsExactly(read(2, 0, 0));
    assertThat(proof.given()).isTrue();
    assertThat(proof.check(List.of(read(1, 5, 0)))).hasSize(1);
  }

  @Test
  void anotherStampOrAnotherPlaceRefutesIt() {
    for (Input.FactRead other : List.of(read(0, 7, 1), read(0, 8, 0))) {
      SnapshotProof proof = SnapshotProof.of(SNAPSHOT);

      List<Input> _ = proof.check(List.of(other, read(1, 4, 0)));

      assertThat(proof.refuted()).isTrue();
      assertThat(proof.given()).isFalse();
    }
  }

  @Test
  void nothingNeedsNoProof() {
    assertThat(SnapshotProof.ofNothing().given()).isTrue();
  }

  private static Input.FactRead read(int partition, long offset, long second) {
    return new Input.FactRead(partition, record(offset, second));
  }

  private static JournalRecord record(long offset, long second) {
    return new JournalRecord(
        offset,
        Samples.NOW.plusSeconds(second),
        new FleetEvent.ZoneDeclared(new ZoneId("zone1"), Samples.NOW, Actor.CONFIGURATION));
  }
}
