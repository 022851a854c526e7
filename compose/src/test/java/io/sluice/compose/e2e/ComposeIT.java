package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compose file as users meet it; one story, in the order of the tests. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
  private static final Duration PATIENCE = ComposedCluster.PATIENCE;
  private static final String NAME = "co" + ProcessHandle.current().pid();
  private static final String CONTROL = NAME + "_control";
  private static final String TRAFFIC = NAME + "-traffic";
  private static Optional<ComposedCluster> started = Optional.empty();

  @RegisterExtension static final Diagnosis DIAGNOSIS = new Diagnosis(() -> started);

  @BeforeAll
  static void up() throws Exception {
    Docker.require("ComposeIT", "docker", "version");
    Docker.require("ComposeIT", "bash", "-c", "docker compose version || docker-compose version");
    started =
        Optional.of(
            ComposedCluster.up(NAME, FreePorts.find(), Path.of("target", "compose-" + NAME)));
    for (int zone = 1; zone <= 3; zone++) {
      cluster()
          .change(
              "PUT",
              "/v1/zones/zone%d/policy".formatted(zone),
              "{\"window\": \"3s\", \"warmUp\": \"1s\", \"stabilisation\": {\"in\": \"2s\"}}");
    }
    cluster().awaitHarmony();
  }

  @AfterAll
  static void down() throws Exception {
    if (started.isPresent()) {
      started.get().down();
    }
  }

  @Test
  @Order(1)
  void nobodyButTheGateSeesTheEngine() throws Exception {
    Set<String> seeing = new TreeSet<>();
    Set<String> all = new TreeSet<>(cluster().parts());
    all.addAll(cluster().servers());
    for (String container : all) {
      String mounts = Docker.run("docker", "inspect", "--format", "{{json .Mounts}}", container);
      if (mounts.contains("docker.sock")) {
        seeing.add(container);
      }
      assertThat(Docker.run("docker", "inspect", "--format", "{{.HostConfig.CapDrop}}", container))
          .as(container)
          .satisfiesAnyOf(
              dropped -> assertThat(dropped).isEqualTo("[ALL]"),
              dropped -> assertThat(container).contains("app-image"));
    }

    assertThat(seeing).containsExactly(cluster().part("gate"));
  }

  @Test
  @Order(2)
  void highLoadAddsAContainerThatSharesTheTrafficAndLowLoadRemovesIt() throws Exception {
    URI zone = cluster().zone(1);
    try (Load load = new Load(zone.resolve("/id"), 2)) {
      simulate("high-cpu");
      await().atMost(PATIENCE).ignoreExceptions().until(() -> cluster().ready(1) >= 2);
      load.takeAnswers();
      await().atMost(PATIENCE).until(() -> load.takeAnswers().size() >= 2);

      simulate("scale-down");
      await().atMost(PATIENCE).ignoreExceptions().until(() -> cluster().ready(1) == 1);

      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isPositive();
    }
    cluster().awaitHarmony();
  }

  @Test
  @Order(2)
  void aMonitorTellsTheLoadOfTheLastMinute() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          Instant now = Instant.now();
          String span = "from=%s&to=%s&step=10s".formatted(now.minusSeconds(60), now);
          JsonNode load = cluster().monitor("/v1/zones/zone1/load?" + span).path("load");
          assertThat(load.path("cpu_usage")).isNotEmpty();
        });
  }

  /** Cut off only some of its networks, it may go on leading through the others. */
  @ParameterizedTest
  @Order(3)
  @MethodSource
  void theLeaderMayFail(Fault fault) throws Exception {
    int leader = cluster().leader();

    trouble(
        fault,
        "monitor" + leader,
        List.of(CONTROL, NAME + "_engine", TRAFFIC),
        () -> assertThat(cluster().leader()).isNotIn(0, leader));
  }

  private static Stream<Fault> theLeaderMayFail() {
    return Fault.someOrAll(Fault.KILL_INSIDE, Fault.DISCONNECT);
  }

  /** Cut off one of its two networks, it is reached by the other. */
  @ParameterizedTest
  @Order(4)
  @MethodSource
  void aBalancerMayFail(Fault fault) throws Exception {
    String shows = fault == Fault.DISCONNECT ? "alive" : "lost";

    trouble(
        fault,
        "balancer2",
        List.of(CONTROL),
        () ->
            assertThat(cluster().monitor("/v1/balancers").get(1).path("state").asText())
                .isEqualTo(shows));
  }

  private static Stream<Fault> aBalancerMayFail() {
    return Fault.someOrAll(Fault.KILL);
  }

  @ParameterizedTest
  @Order(5)
  @MethodSource
  void redisMayFail(Fault fault) throws Exception {
    trouble(fault, "redis", List.of(CONTROL), () -> assertThat(cluster().leader()).isPositive());
  }

  private static Stream<Fault> redisMayFail() {
    return Fault.someOrAll(Fault.KILL);
  }

  /**
   * Without Kafka nothing is decided; what serves goes on serving. Cut off one of its two networks,
   * it is reached by the other.
   */
  @ParameterizedTest
  @Order(6)
  @MethodSource
  void kafkaMayFail(Fault fault) throws Exception {
    try (Load load = new Load(cluster().zone(3).resolve("/id"), 1)) {
      trouble(
          fault,
          "kafka",
          List.of(CONTROL),
          () -> assertThat(cluster().leader() > 0).isEqualTo(fault == Fault.DISCONNECT));

      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isPositive();
    }
  }

  private static Stream<Fault> kafkaMayFail() {
    return Fault.someOrAll(Fault.KILL_INSIDE, Fault.PAUSE);
  }

  /** What neither decides nor serves a zone. */
  @ParameterizedTest
  @Order(6)
  @MethodSource
  void theRestMayDie(String service) throws Exception {
    trouble(Fault.KILL_INSIDE, service, List.of(CONTROL), () -> {});

    Instant back = Instant.now();
    await().atMost(PATIENCE).ignoreExceptions().until(() -> cluster().remembersSince(back));
  }

  private static Stream<String> theRestMayDie() {
    return Fault.all()
        ? Stream.of("gate", "sink", "victoriametrics", "gateway")
        : Stream.of("gate");
  }

  @Test
  @Order(7)
  void aServerThatIsKilledIsReplaced() throws Exception {
    String victim = cluster().servers().first();

    Docker.run("docker", "kill", victim);

    await().atMost(PATIENCE).until(() -> !cluster().servers().contains(victim));
    cluster().awaitHarmony();
  }

  @ParameterizedTest
  @Order(8)
  @MethodSource
  void aServerThatCanNotBeReachedGetsNoRequests(Fault fault) throws Exception {
    String server = cluster().servers().first();

    fault.strike(server, List.of(TRAFFIC));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster().pools(1).path("disconnected").size() == 1);
    // Its own name is all that it had there.
    fault.mend(server, List.of(TRAFFIC), server);

    cluster().awaitHarmony();
  }

  private static Stream<Fault> aServerThatCanNotBeReachedGetsNoRequests() {
    return Fault.someOrAll(Fault.PAUSE).filter(Set.of(Fault.PAUSE, Fault.DISCONNECT)::contains);
  }

  @Test
  @Order(9)
  void monitorsStopOneAfterTheOtherAndComeBack() throws Exception {
    await().atMost(PATIENCE).until(() -> cluster().leader() == 3);
    try (Load load = new Load(cluster().zone(2).resolve("/id"), 1)) {
      Docker.run("docker", "stop", cluster().part("monitor3"));
      await().atMost(PATIENCE).until(() -> cluster().leader() == 2);
      Docker.run("docker", "stop", cluster().part("monitor2"));
      await().atMost(PATIENCE).until(() -> cluster().leader() == 1);
      Docker.run("docker", "stop", cluster().part("monitor1"));
      assertThat(cluster().leader()).isZero();
      long before = load.answered();
      await().atMost(PATIENCE).until(() -> load.answered() > before + 20);

      for (int id = 1; id <= 3; id++) {
        Docker.run("docker", "start", cluster().part("monitor" + id));
      }
      await().atMost(PATIENCE).until(() -> cluster().leader() == 3);

      assertThat(load.failures()).isEmpty();
    }
    cluster().awaitHarmony();
  }

  @Test
  @Order(10)
  void replayingTheJournalGivesTheVerySameCommands() {
    AuditAtEnd.verify(cluster().bootstrap());
  }

  /** Strikes, waits until it shows, mends, and waits until all is well again. */
  private static void trouble(
      Fault fault, String service, List<String> networks, ThrowingRunnable shows)
      throws IOException, InterruptedException {
    String container = cluster().part(service);
    String before = ComposedCluster.running(container);
    fault.strike(container, networks);
    if (fault.lasts()) {
      await().atMost(PATIENCE).ignoreExceptions().untilAsserted(shows);
    } else {
      // All is well for as long as nobody has noticed.
      await().atMost(PATIENCE).until(() -> !ComposedCluster.running(container).equals(before));
    }
    fault.mend(container, networks, service);
    await().atMost(PATIENCE).until(() -> ComposedCluster.running(container).startsWith("running "));
    cluster().awaitHarmony();
  }

  /** Whichever server it reaches: called often enough, each of them. */
  private static void simulate(String situation) throws IOException, InterruptedException {
    String body = "{\"situation\":\"%s\"}".formatted(situation);
    URI simulation = cluster().zone(1).resolve("/simulation");
    for (int call = 0; call < 4; call++) {
      assertThat(cluster().send("POST", simulation, body).statusCode()).isEqualTo(200);
    }
  }

  private static ComposedCluster cluster() {
    return started.orElseThrow();
  }
}
