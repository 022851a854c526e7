package io.sluice.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.decide.Decide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of a zone's state, and the state that an earlier release wrote. */
class StateLayoutTopologyTest {
  private static final Path KEPT = Path.of("src", "test", "resources", "state-of-version-5");

  @TempDir private Path directory;

  @Test
  void aFactWritesTheHeadAndTheServerThatItIsAbout() {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone = loop.zone("zone1", policy(50));
      servers(loop);
      heads(loop);

      loop.fact(exited(loop, zone.server(7)));

      List<TestRecord<byte[], byte[]>> servers = servers(loop);
      assertThat(servers.stream().map(each -> new String(each.key(), UTF_8)))
          .as("the dead one, and the one in its place")
          .containsExactly("zone1|51", "zone1|7");
      assertThat(heads(loop)).hasSize(1);
    }
  }

  @Test
  void whatAFactWritesDoesNotGrowWithTheZone() {
    long three;
    try (Loop loop = new Loop(directory.resolve("3"))) {
      three = written(loop, 3);
    }
    try (Loop loop = new Loop(directory.resolve("1000"))) {
      assertThat(written(loop, 1_000)).isLessThan(three + 200);
    }
  }

  private static long written(Loop loop, int servers) {
    ZoneId zone = loop.zone("zone1", policy(servers));
    servers(loop);
    heads(loop);
    loop.fact(exited(loop, zone.server(2)));
    return bytes(servers(loop)) + bytes(heads(loop));
  }

  @Test
  void anObservationWritesNoServer() {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone = loop.zone("zone1", policy(50));
      servers(loop);

      loop.load(zone, 5, 50);

      assertThat(servers(loop)).isEmpty();
    }
  }

  /** The two stores' records are of a release in which a zone's state was one of them. */
  @Test
  void theStateOfAnEarlierReleaseIsTakenOver() throws IOException {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone = new ZoneId("zone1");
      loop.zones().put(zone, Files.readAllBytes(KEPT.resolve("zones-zone1.json")));
      loop.servers().put("zone1", Files.readAllBytes(KEPT.resolve("members-zone1.json")));
      long next = loop.state(zone).progress().offset() + 1;
      assertThat(loop.state(zone).zone().servers()).hasSize(3);
      loop.skip(next);

      loop.fact(exited(loop, zone.server(2)));

      assertThat(loop.commands())
          .singleElement()
          .satisfies(command -> {
            assertThat(command.stop()).containsExactly(zone.server(2));
            assertThat(command.start()).containsExactly(zone.server(4));
          });
      assertThat(loop.servers().get("zone1")).as("what an earlier release kept there").isNull();
      assertThat(loop.servers().get("zone1|1")).isNotNull();
      assertThat(new String(loop.zones().get(zone), UTF_8)).contains("\"servers\":{}");
      assertThat(loop.state(zone).zone().servers()).containsKeys(zone.server(1), zone.server(3));
      loop.fact(new ServerReady(zone, loop.now(), zone.server(4)));
      assertThat(loop.membership(zone))
          .extracting(TestRecord::key)
          .as("the others were told by the earlier release")
          .containsExactly(zone.server(2));
    }
  }

  /** What an earlier release reads there is a state of later rules, which it does not touch. */
  @Test
  void theHeadSaysThatItIsOfThisRelease() {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone = loop.zone("zone1", policy(3));

      assertThat(new String(loop.zones().get(zone), UTF_8))
          .contains("\"foldVersion\":" + Decide.FOLD_VERSION);
    }
  }

  private static ServerExited exited(Loop loop, ServerId server) {
    return new ServerExited(server.zone(), loop.now(), server, Optional.of(1), false, "gone");
  }

  private static ZonePolicy policy(int servers) {
    return new ZonePolicy(servers, servers, Duration.ofSeconds(10), List.of());
  }

  private static List<TestRecord<byte[], byte[]>> servers(Loop loop) {
    return loop.changes("sluice-members-changelog").stream()
        .sorted(java.util.Comparator.comparing(each -> new String(each.key(), UTF_8)))
        .collect(Collectors.toList());
  }

  private static List<TestRecord<byte[], byte[]>> heads(Loop loop) {
    return loop.changes("sluice-zones-changelog");
  }

  private static long bytes(List<TestRecord<byte[], byte[]>> records) {
    return records.stream()
        .mapToLong(each -> each.key().length + (each.value() == null ? 0 : each.value().length))
        .sum();
  }
}
