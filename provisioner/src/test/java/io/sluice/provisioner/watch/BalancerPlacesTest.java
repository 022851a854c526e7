package io.sluice.provisioner.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class BalancerPlacesTest {
  private static final Actor EVA = new Actor("eva");
  private static final ZoneId FILED = new ZoneId("filed");
  private static final ZoneId SHOP = new ZoneId("shop");
  private static final URI AT = URI.create("http://127.0.0.1:9000");
  private static final URI ADMIN = URI.create("http://127.0.0.1:9100");
  private static final List<BalancerPlace> CONFIGURED =
      List.of(
          new BalancerPlace(
              FILED, URI.create("http://127.0.0.1:3030"), URI.create("http://127.0.0.1:5050")));

  private Fleet fleet = Fleet.EMPTY;

  private void tell(FleetEvent fact) {
    fleet = fleet.apply(new JournalRecord(0, Samples.NOW, fact));
  }

  @Test
  void aBalancerOfTheConfigurationIsWatchedBeforeItsZoneIsKnown() {
    assertThat(BalancerWatch.places(CONFIGURED, fleet)).isEqualTo(CONFIGURED);
  }

  @Test
  void oneOfAZoneThatStandsInNoFileIsWatchedWhereItSaysThatItIs() {
    tell(new ZoneDeclared(SHOP, Samples.NOW, EVA));
    assertThat(BalancerWatch.places(CONFIGURED, fleet)).isEqualTo(CONFIGURED);

    tell(new BalancerStarted(SHOP, Samples.NOW, AT, ADMIN));

    assertThat(BalancerWatch.places(CONFIGURED, fleet))
        .containsExactly(CONFIGURED.getFirst(), new BalancerPlace(SHOP, AT, ADMIN));
  }

  @Test
  void noBalancerIsWatchedOfAZoneThatIsGone() {
    for (ZoneId zone : List.of(SHOP, FILED)) {
      tell(new ZoneDeclared(zone, Samples.NOW, EVA));
      tell(new BalancerStarted(zone, Samples.NOW, AT, ADMIN));
      tell(new ZoneRetiring(zone, Samples.NOW, EVA));
    }
    assertThat(BalancerWatch.places(CONFIGURED, fleet)).hasSize(2);

    tell(new ZoneRetired(SHOP, Samples.NOW));
    tell(new ZoneRetired(FILED, Samples.NOW));

    assertThat(BalancerWatch.places(CONFIGURED, fleet)).isEmpty();
  }

  @Test
  void nobodyWhoAnnouncesHimselfTakesTheBalancersPlaceOfAZoneOfTheConfiguration() {
    tell(new ZoneDeclared(FILED, Samples.NOW, Actor.CONFIGURATION));
    tell(new BalancerStarted(FILED, Samples.NOW, AT, ADMIN));

    assertThat(BalancerWatch.places(CONFIGURED, fleet)).isEqualTo(CONFIGURED);
  }
}
