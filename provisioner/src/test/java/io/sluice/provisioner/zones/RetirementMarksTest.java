package io.sluice.provisioner.zones;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetirementMarksTest {
  private static final Actor EVA = new Actor("eva");
  private static final ZoneId THERE = new ZoneId("there");
  private static final ZoneId GOING = new ZoneId("going");
  private static final ZoneId GONE = new ZoneId("gone");

  private static Fleet fleet() {
    Fleet fleet = Fleet.EMPTY;
    for (FleetEvent fact :
        new FleetEvent[] {
          new ZoneDeclared(THERE, Samples.NOW, EVA),
          new ZoneDeclared(GOING, Samples.NOW, EVA),
          new ZoneRetiring(GOING, Samples.NOW, EVA),
          new ZoneDeclared(GONE, Samples.NOW, EVA),
          new ZoneRetiring(GONE, Samples.NOW, EVA),
          new ZoneRetired(GONE, Samples.NOW)
        }) {
      fleet = fleet.apply(new JournalRecord(0, Samples.NOW, fact));
    }
    return fleet;
  }

  @Test
  void aZoneIsMarkedWhenItIsGoneAndNotBefore() {
    RetirementMarks.Difference found = RetirementMarks.Difference.of(fleet(), Set.of());

    assertThat(found.missing()).containsExactly(GONE);
    assertThat(found.wrong()).isEmpty();
  }

  @Test
  void aMarkOfAZoneThatIsThereIsTakenAway() {
    RetirementMarks.Difference found =
        RetirementMarks.Difference.of(fleet(), Set.of(THERE, GONE, new ZoneId("unheard-of")));

    assertThat(found.missing()).isEmpty();
    assertThat(found.wrong()).containsExactly(THERE);
  }
}
