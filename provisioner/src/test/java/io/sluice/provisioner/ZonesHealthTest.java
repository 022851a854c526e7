package io.sluice.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ZonesHealthTest {
  private static final Instant NOW = Samples.NOW;
  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId ZONE2 = new ZoneId("zone2");

  @Test
  void isWellWhileEveryZoneIsObserved() {
    Fleet fleet =
        fleet(
            declared(ZONE1),
            observed(ZONE1, NOW.minus(ZonesHealth.PATIENCE)),
            declared(ZONE2),
            observed(ZONE2, NOW));

    assertThat(ZonesHealth.trouble(fleet, NOW)).isEmpty();
  }

  @Test
  void namesTheZoneThatIsObservedNoMoreAndSinceWhen() {
    Fleet fleet =
        fleet(
            declared(ZONE1),
            observed(ZONE1, NOW.minusSeconds(154)),
            declared(ZONE2),
            observed(ZONE2, NOW));

    assertThat(ZonesHealth.trouble(fleet, NOW))
        .contains("zone1 was last observed 154 s ago: nothing is decided there");
  }

  @Test
  void waitsForTheFirstObservation() {
    assertThat(ZonesHealth.trouble(fleet(declared(ZONE1)), NOW)).isEmpty();
  }

  @Test
  void goesByTheLastObservation() {
    Fleet fleet =
        fleet(declared(ZONE1), observed(ZONE1, NOW.minusSeconds(154)), observed(ZONE1, NOW));

    assertThat(ZonesHealth.trouble(fleet, NOW)).isEmpty();
  }

  private static FleetEvent declared(ZoneId zone) {
    return new ZoneDeclared(zone, NOW, Actor.CONFIGURATION);
  }

  private static FleetEvent observed(ZoneId zone, Instant at) {
    return new LoadObserved(
        zone, at, Duration.ofSeconds(10), new TreeMap<>(), 0, List.of(), List.of(), List.of());
  }

  private static Fleet fleet(FleetEvent... facts) {
    Fleet fleet = Fleet.EMPTY;
    for (FleetEvent fact : facts) {
      fleet = fleet.apply(new JournalRecord(0, NOW, fact));
    }
    return fleet;
  }
}
