package io.sluice.balancer.spill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KnownZonesTest {
  private static final ZoneId ONE = new ZoneId("zone1");
  private static final ZoneId TWO = new ZoneId("zone2");

  @Test
  void aNewZoneCountsAtOnce() {
    assertThat(KnownZones.of(Set.of(ONE)).seen(Set.of(ONE, TWO)).zones()).containsExactly(ONE, TWO);
  }

  @Test
  void aZoneIsGoneAfterThreeLooksInVain() {
    KnownZones missedTwice = KnownZones.of(Set.of(ONE, TWO)).seen(Set.of(ONE)).seen(Set.of(ONE));

    assertThat(missedTwice.zones()).containsExactly(ONE, TWO);
    assertThat(missedTwice.seen(Set.of(ONE)).zones()).containsExactly(ONE);
  }

  @Test
  void aZoneThatIsSeenAgainIsMissedFromTheBeginning() {
    KnownZones back =
        KnownZones.of(Set.of(ONE)).seen(Set.of()).seen(Set.of()).seen(Set.of(ONE)).seen(Set.of());

    assertThat(back.seen(Set.of()).zones()).containsExactly(ONE);
  }
}
