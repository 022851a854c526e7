package io.sluice.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTest {
  @Property
  void aServerIdIsReadBackFromItsText(
      @ForAll @LongRange(min = 1, max = 999_999_999_999_999_999L) long number) {
    ServerId id = new ZoneId("eu-west-1").server(number);

    assertThat(ServerId.of(id.toString())).isEqualTo(id);
  }

  @Property
  void aCommandIdIsReadBackFromItsText(@ForAll @LongRange(min = 0) long offset) {
    CommandId id = new CommandId(new ZoneId("zone1"), offset);

    assertThat(CommandId.of(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zone1",
        "zone1-",
        "-1",
        "zone1-0",
        "zone1-01",
        "zone1-+1",
        "Zone-1",
        "zone1-1234567890123456789",
        "zone 1-1"
      })
  void aMalformedServerIdIsRefused(String text) {
    assertThatThrownBy(() -> ServerId.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "zone1", "@1", "zone1@", "zone1@-1", "zone1@x", "ZONE@1"})
  void aMalformedCommandIdIsRefused(String text) {
    assertThatThrownBy(() -> CommandId.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected <zone>@<journal offset>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1zone", "-zone", "Zone", "zone_1", "zone.1", "zöne"})
  void aMalformedZoneNameIsRefused(String text) {
    assertThatThrownBy(() -> new ZoneId(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @org.junit.jupiter.api.Test
  void serversAreOrderedByNumberAndNotByText() {
    ZoneId zone = new ZoneId("zone1");

    assertThat(new TreeSet<>(List.of(zone.server(10), zone.server(2), zone.server(1))))
        .containsExactly(zone.server(1), zone.server(2), zone.server(10));
  }

  @Test
  void serversOfZonesThatAreCalledAlikeHaveDifferentHashes() {
    Set<Integer> hashes = new HashSet<>();
    for (int zone = 1; zone <= 20; zone++) {
      for (int number = 1; number <= 1_000; number++) {
        hashes.add(new ZoneId("zone" + zone).server(number).hashCode());
      }
    }
    assertThat(hashes).hasSizeGreaterThan(19_900);
  }
}
