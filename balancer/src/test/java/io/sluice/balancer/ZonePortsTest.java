package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZonePortsTest {
  private static final PortRange RANGE = new PortRange(9000, 9002);
  private static final ZoneId A = new ZoneId("a");
  private static final ZoneId B = new ZoneId("b");
  private static final ZoneId C = new ZoneId("c");
  private static final ZoneId D = new ZoneId("d");

  @TempDir private Path folder;

  private static ZonePorts give(ZonePorts ports, ZoneId zone) {
    return ports.with(zone, ports.next(zone, _ -> true).orElseThrow());
  }

  @Test
  void eachZoneGetsTheNextPortAndKeepsIt() {
    ZonePorts ports = give(give(ZonePorts.of(RANGE), B), A);

    assertThat(ports.given()).containsEntry(B, 9000).containsEntry(A, 9001);
    assertThat(ports.next(B, _ -> true)).contains(9000);
  }

  @Test
  void thePortOfAZoneThatIsGoneIsGivenToAnotherOnlyWhenNoFreshOneIsLeft() {
    ZonePorts ports = give(give(ZonePorts.of(RANGE), A).without(A), B);
    assertThat(ports.given()).containsEntry(B, 9001);

    ports = give(give(ports, C), D);
    assertThat(ports.given()).containsEntry(C, 9002).containsEntry(D, 9000);
    assertThat(ports.next(A, _ -> true)).isEmpty();
  }

  @Test
  void aPortThatCanNotBeListenedAtIsPassedOver() {
    assertThat(ZonePorts.of(RANGE).next(A, port -> port > 9000)).contains(9001);
  }

  @Test
  void zonesHaveTheSamePortsAfterARestartButForThoseOfAnotherRange() {
    Path file = folder.resolve("kept").resolve("zone-ports");
    give(give(ZonePorts.of(RANGE), A), B).write(file);

    assertThat(ZonePorts.read(RANGE, file).given()).containsEntry(A, 9000).containsEntry(B, 9001);
    assertThat(ZonePorts.read(new PortRange(9001, 9005), file).zones()).containsExactly(B);
    assertThat(ZonePorts.read(RANGE, folder.resolve("none")).zones()).isEmpty();
  }

  @Test
  void thePortOfAZoneThatIsGoneIsNotGivenToAnotherAfterARestartEither() {
    Path file = folder.resolve("zone-ports");
    give(give(ZonePorts.of(RANGE), A), B).without(B).write(file);

    assertThat(give(ZonePorts.read(RANGE, file), C).given()).containsEntry(C, 9002);
  }

  @Test
  void aFileThatIsNoneOfOursGivesNoPorts() throws IOException {
    Path file = folder.resolve("zone-ports");
    Files.writeString(file, "a=9000\nnonsense\n");

    assertThat(ZonePorts.read(RANGE, file).zones()).isEmpty();
  }

  @Test
  void aRangeHasTwoPortsInTheirOrder() {
    assertThat(PortRange.parse("9000-9099").size()).isEqualTo(100);
    for (String wrong : new String[] {"9000", "9099-9000", "0-9", "9000-70000", "a-b"}) {
      assertThatThrownBy(() -> PortRange.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected");
    }
  }
}
