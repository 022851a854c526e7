package io.sluice.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SectionTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void readsEveryKindOfValue() {
    Section root =
        yaml(
            """
            port: 8080
            ratio: 0.5
            timeout: 10s
            name: left
            direction: in
            zone: zone1
            on: true
            inner: {port: 1}
            list: [{port: 2}, {port: 3}]
            map: {a: {port: 4}}
            """);

    assertThat(root.integer("port", 1, 1, 65_535)).isEqualTo(8080);
    assertThat(root.decimal("ratio", 0, 0, 1)).isEqualTo(0.5);
    assertThat(root.duration("timeout", Duration.ZERO, Duration.ZERO, DAY))
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(root.string("name", "right")).isEqualTo("left");
    assertThat(root.choice("direction", Direction.OUT)).isEqualTo(Direction.IN);
    assertThat(root.value("zone", ZoneId::new)).contains(new ZoneId("zone1"));
    assertThat(root.bool("on", false)).isTrue();
    assertThat(root.section("inner").integer("port", 0, 0, 9)).isEqualTo(1);
    assertThat(root.list("list").stream().map(item -> item.integer("port", 0, 0, 9)))
        .containsExactly(2, 3);
    assertThat(
            root.section("map").entries().values().stream()
                .map(entry -> entry.integer("port", 0, 0, 9)))
        .containsExactly(4);
    root.orThrow("test");
  }

  @Test
  void absentKeysGiveTheDefaults() {
    Section root = yaml("{}");

    assertThat(root.integer("port", 7, 1, 9)).isEqualTo(7);
    assertThat(root.section("inner").bool("on", true)).isTrue();
    assertThat(root.list("list")).isEmpty();
    root.orThrow("test");
  }

  @Test
  void tellsAllErrorsAtOnceWithTheirPaths() {
    Section root =
        yaml(
            """
            port: 70000
            timeout: soon
            direction: up
            inner: {zone: Zone 1, typo: 1}
            list: 5
            servers: {min: 3, max: 1}
            """);
    root.integer("port", 1, 1, 65_535);
    root.duration("timeout", Duration.ZERO, Duration.ofSeconds(1), DAY);
    root.choice("direction", Direction.OUT);
    root.section("inner").value("zone", ZoneId::new);
    root.list("list");
    Section servers = root.section("servers");
    if (servers.integer("min", 0, 0, 9) > servers.integer("max", 0, 0, 9)) {
      servers.note("min", "3", "at most max, which is 1");
    }

    assertThatThrownBy(() -> root.orThrow("sluice.yaml"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems().stream().map(Problem::toString))
                    .containsExactly(
                        "port: is '70000', expected an integer from 1 to 65535",
                        "timeout: is 'soon', expected a duration from 1s to 1d, such as 10s, 5m or"
                            + " PT10S",
                        "direction: is 'up', expected one of out, in, both",
                        "inner.zone: is 'Zone 1', expected 1 to 40 of a-z, 0-9 and '-', starting"
                            + " with a letter",
                        "list: is 5, expected a list",
                        "servers.min: is 3, expected at most max, which is 1",
                        "inner.typo: is unknown, expected one of zone"))
        .hasMessageStartingWith("sluice.yaml: port:");
  }

  @Test
  void anEnvironmentVariableOverridesTheKeyOfItsPath() throws JsonProcessingException {
    Section root =
        Section.root(
            Json.yaml().readTree("portOffset: 1"),
            java.util.Map.of("SLUICE_PORT_OFFSET", "2", "SLUICE_ZONES_ZONE1_DRAIN_TIMEOUT", "3s"));

    assertThat(root.integer("portOffset", 0, 0, 9)).isEqualTo(2);
    assertThat(
            root.section("zones")
                .section("zone1")
                .duration("drainTimeout", Duration.ZERO, Duration.ZERO, DAY))
        .isEqualTo(Duration.ofSeconds(3));
    root.orThrow("test");
  }

  @Test
  void aRootThatIsNoObjectIsAProblem() {
    assertThat(yaml("[1]").problems()).hasSize(1);
    assertThat(yaml("").problems()).isEmpty();
  }

  @Property
  void aDurationIsReadBackFromItsShortForm(
      @ForAll @LongRange(min = 0, max = 400_000_000_000L) long millis) {
    Duration duration = Duration.ofMillis(millis);

    assertThat(Durations.parse(Durations.format(duration))).contains(duration);
  }

  @Test
  void theShortFormUsesTheLargestUnitThatFits() {
    assertThat(
            List.of(
                Durations.format(Duration.ofMillis(250)),
                Durations.format(Duration.ofSeconds(90)),
                Durations.format(Duration.ofMinutes(5)),
                Durations.format(Duration.ofHours(24))))
        .containsExactly("250ms", "90s", "5m", "1d");
  }

  private static Section yaml(String text) {
    try {
      return Section.root(Json.yaml().readTree(text));
    } catch (JsonProcessingException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
