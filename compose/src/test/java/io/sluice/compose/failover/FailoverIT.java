package io.sluice.compose.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.drill.CutRoutes;
import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.Standings;
import io.sluice.compose.e2e.AuditAtEnd;
import io.sluice.compose.e2e.Load;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a cluster of real processes that are killed, stopped and cut off from each other.
 * After each test the cluster is whole again and its journal is audited.
 */
@Tag("undisturbed")
class FailoverIT {
  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId ZONE2 = new ZoneId("zone2");
  private static final MonitorId ONE = new MonitorId(1);
  private static final MonitorId TWO = new MonitorId(2);
  private static final MonitorId THREE = new MonitorId(3);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path FOLDER =
      Path.of("target", "failover-" + ProcessHandle.current().pid()).toAbsolutePath();

  private static CutRoutes routes;
  private static DrillCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    Ports ports = FreePorts.find();
    routes = new CutRoutes(ports, 3, 1);
    cluster =
        DrillCluster.start(
            new DrillCluster.Shape(
                FOLDER, ports, routes, new DrillCluster.Parts(3, List.of(ZONE1, ZONE2), true)));
    awaitServers(ZONE1, 1);
    awaitServers(ZONE2, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    routes.close();
  }

  @AfterEach
  void everythingConvergesAndTheJournalIsVerified() {
    cluster.awaitLeader(THREE, PATIENCE);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          SortedSet<ServerId> running = running();
          assertThat(Story.of(cluster).recorded()).isEqualTo(running);
        });
    AuditAtEnd.verify(cluster.bootstrap());
    Story story = Story.of(cluster);
    assertThat(story.started()).doesNotHaveDuplicates();
    for (ZoneId zone : List.of(ZONE1, ZONE2)) {
      assertThat(story.epochs(zone)).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void theOriginsScenarioUnderLoad() throws Exception {
    try (Load load = new Load(cluster.balancer(ZONE1).resolve("/id"), 4)) {
      cluster.monitor(THREE).terminate();
      cluster.awaitLeader(TWO, PATIENCE);
      scale(TWO, ZONE1, 2);
      awaitServers(ZONE1, 2);

      cluster.monitor(TWO).terminate();
      cluster.awaitLeader(ONE, PATIENCE);
      scale(ONE, ZONE1, 1);
      awaitServers(ZONE1, 1);

      cluster.monitor(ONE).terminate();
      long before = load.answered();
      await().atMost(PATIENCE).until(() -> load.answered() > before + 200);

      cluster.monitor(ONE).restart();
      cluster.awaitLeader(ONE, PATIENCE);
      cluster.monitor(TWO).restart();
      cluster.awaitLeader(TWO, PATIENCE);
      cluster.monitor(THREE).restart();
      cluster.awaitLeader(THREE, PATIENCE);

      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void aLeaderThatWakesUpAsAZombieWritesNothingAndStartsNothing() throws Exception {
    long epoch = epoch();
    cluster.monitor(THREE).freeze();
    cluster.awaitLeaderAmong(List.of(ONE, TWO), TWO, PATIENCE);
    scale(TWO, ZONE2, 3);
    awaitServers(ZONE2, 3);
    SortedSet<ServerId> before = running();

    cluster.monitor(THREE).thaw();
    cluster.awaitLeader(THREE, PATIENCE);

    assertThat(running()).isEqualTo(before);
    assertThat(Story.of(cluster).epochs(ZONE2)).contains(epoch + 1, epoch + 2);
    scale(THREE, ZONE2, 1);
    awaitServers(ZONE2, 1);
  }

  @Test
  void aKilledLeaderInTheMiddleOfAStartLeavesNothingBehind() throws Exception {
    scale(THREE, ZONE1, 3);
    cluster.monitor(THREE).kill();
    cluster.awaitLeader(TWO, PATIENCE);
    awaitServers(ZONE1, 3);

    cluster.monitor(THREE).restart();
    cluster.awaitLeader(THREE, PATIENCE);
    scale(THREE, ZONE1, 1);
    awaitServers(ZONE1, 1);
  }

  @Test
  void aCutBetweenMonitorsDeposesNobody() throws Exception {
    long epoch = epoch();
    routes.cut(TWO, THREE);
    // It has noticed when it follows without a connection: its log says so.
    await()
        .atMost(PATIENCE)
        .until(() -> log(TWO).contains("monitor 3 is out of reach, but still writes"));
    assertThat(epoch()).isEqualTo(epoch);
    assertThat(cluster.standing(TWO).orElseThrow().leader()).isEqualTo(3);

    routes.heal(TWO, THREE);
    await().atMost(PATIENCE).until(() -> log(TWO).contains("monitor 3 is in reach again"));
    assertThat(epoch()).isEqualTo(epoch);
  }

  @Test
  void aLeaderThatIsCutOffFromKafkaIsReplacedAndComesBack() throws Exception {
    long epoch = epoch();
    routes.cutFromKafka(THREE);
    cluster.awaitLeaderAmong(List.of(ONE, TWO), TWO, PATIENCE);
    scale(TWO, ZONE1, 2);
    awaitServers(ZONE1, 2);

    routes.healToKafka(THREE);
    cluster.awaitLeader(THREE, PATIENCE);
    assertThat(epoch()).isGreaterThanOrEqualTo(epoch + 2);
    scale(THREE, ZONE1, 1);
    awaitServers(ZONE1, 1);
  }

  @Test
  void redisMayDieAndComeBackEmpty() throws Exception {
    cluster.redis().process().orElseThrow().destroyForcibly();
    await()
        .atMost(PATIENCE)
        .until(
            () -> cluster.client(THREE).ask("GET", "/observe/health", "", Map.of()).body(),
            body -> body.contains("warning"));
    scale(THREE, ZONE2, 2);
    awaitServers(ZONE2, 2);
    cluster.monitor(THREE).kill();
    cluster.awaitLeader(TWO, PATIENCE);

    cluster.emptyRedis();
    cluster.monitor(THREE).restart();
    cluster.awaitLeader(THREE, PATIENCE);
    scale(THREE, ZONE2, 1);
    awaitServers(ZONE2, 1);
  }

  @Test
  void aKilledBrokerComesBackAndEverythingGoesOn() throws Exception {
    try (Load load = new Load(cluster.balancer(ZONE2).resolve("/id"), 2)) {
      cluster.broker().kill();
      long before = load.answered();
      await().atMost(PATIENCE).until(() -> load.answered() > before + 200);
      cluster.broker().restart();
      cluster.awaitBroker();
      cluster.awaitLeader(THREE, PATIENCE);
      await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> scale(THREE, ZONE2, 2));
      awaitServers(ZONE2, 2);
      assertThat(load.failures()).isEmpty();
    }
    scale(THREE, ZONE2, 1);
    awaitServers(ZONE2, 1);
  }

  @Test
  void aKilledBalancerIsStartedAgainAndKnowsItsServers() throws Exception {
    cluster.balancerPart(ZONE2).kill();
    try (MonitorClient client = new MonitorClient(cluster.balancer(ZONE2))) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> client.ask("GET", "/id", "", Map.of()).body(), body -> !body.isEmpty());
    }
  }

  private static void scale(MonitorId asked, ZoneId zone, int servers) {
    try (MonitorClient client = cluster.client(asked)) {
      client.ask(
          "POST",
          MonitorClient.ofZone(zone.value(), "scale"),
          "{\"servers\": %d}".formatted(servers),
          Map.of("Authorization", "Bearer " + cluster.token()));
    }
  }

  private static void awaitServers(ZoneId zone, int count) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Story.of(cluster).recorded().stream()
                    .filter(server -> server.zone().equals(zone))
                    .count(),
            found -> found == count);
  }

  private static SortedSet<ServerId> running() {
    try (ProcessFleet fleet = cluster.fleet()) {
      return fleet.list().instances().stream()
          .filter(Instance::running)
          .map(Instance::server)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static long epoch() {
    return cluster.standing(THREE).map(Standings.Standing::epoch).orElseThrow();
  }

  private static String log(MonitorId monitor) throws IOException {
    return Files.readString(FOLDER.resolve("monitor-" + monitor + ".log"));
  }
}
