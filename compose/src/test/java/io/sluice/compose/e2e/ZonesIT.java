package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Zones that come and go while a cluster runs and its first zone is under load: no file is edited
 * and no process started anew. The tests are one story and stand in its order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ZonesIT {
  private static final ZoneId FIRST = new ZoneId("zone1");
  private static final ZoneId SHOP = new ZoneId("shop");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path FOLDER =
      Path.of("target", "zones-" + ProcessHandle.current().pid()).toAbsolutePath();

  private static final EmbeddedCluster cluster =
      EmbeddedCluster.start(
          ClusterConfig.defaults(Map.of())
              .withData(FOLDER)
              .withPorts(FreePorts.find())
              .withZones(1),
          System.out::println);

  private static final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static Optional<Load> first = Optional.empty();

  @BeforeAll
  static void itServes() throws IOException {
    await().atMost(PATIENCE).until(cluster::ready);
    first = Optional.of(new Load(cluster.balancer(0).resolve("/id"), 2));
    Files.writeString(
        FOLDER.resolve("policy.yaml"),
        """
        servers: {min: 2, max: 3}
        rules: [{type: target, metric: cpu, target: 60}]
        """);
    Files.writeString(FOLDER.resolve("template.yaml"), "environment: {SHOP: open}\n");
  }

  @AfterAll
  static void stop() {
    first.ifPresent(Load::close);
    http.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void aZoneThatIsAddedServesAtAPortOfItsOwn() throws Exception {
    JsonNode answer = asked(add());
    assertThat(answer.path("stage").asText()).isEqualTo("declared");

    await().atMost(PATIENCE).until(() -> zone(SHOP).count(ServerState.READY) == 2);
    await().atMost(PATIENCE).until(() -> balancer(SHOP).isPresent());
    URI address = balancer(SHOP).orElseThrow();
    assertThat(cluster.balancers().added()).containsEntry(SHOP, address.getPort());
    await().atMost(PATIENCE).until(() -> get(address.resolve("/id")).statusCode() == 200);
    assertThat(get(address.resolve("/id")).body()).contains("shop-");
    assertThat(address.getPort()).isEqualTo(cluster.config().ports().zones().first());
  }

  @Test
  @Order(2)
  void whereItIsStandsInEachAnswer() throws Exception {
    String address = balancer(SHOP).orElseThrow().toString();

    assertThat(String.join("\n", run("zone", "list", "--port-offset", offset())))
        .containsPattern("shop +declared +by request +2 +" + address)
        .containsPattern("zone1 +declared +configuration");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(String.join("\n", run("status", "--port-offset", offset())))
                .contains("balancer  " + address + "  alive"));
    await()
        .atMost(PATIENCE)
        .until(() ->
            get(cluster.gatewayAdmin().resolve("/zones")).body().contains("\"zone\":\"shop\""));
    assertThat(get(cluster.monitorUrls().lastEntry().getValue().resolve("/v1/balancers")).body())
        .contains(address);
  }

  @Test
  @Order(3)
  void whatCanNotBeAddedIsRefusedWithAllThatIsWrong() throws Exception {
    Path broken = FOLDER.resolve("broken.yaml");
    Files.writeString(broken, "servers: {min: 4, max: 2}\nimagine: x\n");

    Sluice wrong =
        Sluice.run(
            line("zone", "add", "other", "--policy", broken + "", "--template", broken + ""));
    assertThat(wrong.awaitExit()).isEqualTo(2);
    assertThat(String.join("\n", wrong.err()))
        .contains("servers.min: is 4", "imagine: ")
        .contains(": 2 problems");
    Sluice again = Sluice.run(line(add()));
    assertThat(again.awaitExit()).isEqualTo(2);
    assertThat(String.join("\n", again.err())).contains("zone 'shop' is there already");
    Sluice unknown = Sluice.run(line("zone", "retire", "nowhere"));
    assertThat(unknown.awaitExit()).isEqualTo(2);
    assertThat(String.join("\n", unknown.err())).contains("expected one of [shop, zone1]");
    assertThat(cluster.fleet().zones()).containsOnlyKeys(SHOP, FIRST);
  }

  @Test
  @Order(4)
  void theNextLeaderKnowsItThoughNoFileHasIt() throws Exception {
    MonitorId leader = cluster.monitors().leader().orElseThrow();
    cluster.monitors().stop(leader);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.monitors().leader().filter(next -> !next.equals(leader)).isPresent());
    cluster.monitors().start(leader);

    run(line("scale", "shop", "3", "--for", "1h"));
    await().atMost(PATIENCE).until(() -> zone(SHOP).count(ServerState.READY) == 3);
    assertThat(zone(SHOP).conditions()).isEmpty();
  }

  @Test
  @Order(5)
  void aZoneThatIsRetiredFinishesWhatItHasAndIsGone() throws Exception {
    URI address = balancer(SHOP).orElseThrow();
    List<ServerId> servers = List.copyOf(zone(SHOP).servers().keySet());
    try (Load load = new Load(address.resolve("/id"), 4)) {
      await().atMost(PATIENCE).until(() -> load.answered() > 100);
      CompletableFuture<HttpResponse<String>> slow =
          http.sendAsync(
              HttpRequest.newBuilder(address.resolve("/work?ms=4000")).build(),
              HttpResponse.BodyHandlers.ofString());

      JsonNode retiring = asked("zone", "retire", "shop");
      assertThat(retiring.path("stage").asText()).isEqualTo("retiring");
      assertThat(retiring.path("changed").asBoolean()).isTrue();
      await().atMost(PATIENCE).until(() -> zone(SHOP).life().retired());
      // Once nobody is left, whoever asks is told so; what a server had was answered.
      assertThat(load.failures()).allMatch(failure -> failure.startsWith("503"));
      assertThat(slow.get().statusCode()).isEqualTo(200);
    }

    await().atMost(PATIENCE).until(() -> cluster.balancers().added().isEmpty());
    await()
        .atMost(PATIENCE)
        .until(() ->
            !get(cluster.gatewayAdmin().resolve("/zones")).body().contains("\"zone\":\"shop\""));
    assertThat(refuses(address)).isTrue();
    assertThat(zone(SHOP).servers()).isEmpty();
    assertThat(servers).hasSize(3);
    JsonNode again = asked("zone", "retire", "shop");
    assertThat(again.path("stage").asText()).isEqualTo("retired");
    assertThat(again.path("changed").asBoolean()).isFalse();
    String told = String.join("\n", run("events", "--zone", "shop", "--port-offset", offset()));
    assertThat(told)
        .contains("zone is being retired, asked for by eva")
        .contains("gets no new requests", "has finished its last request", "is gone: drained")
        .contains("zone is retired: nothing of it is left")
        .doesNotContain("stopped nevertheless");
  }

  @Test
  @Order(6)
  void itsNameMayBeDeclaredAgain() throws Exception {
    asked(add());

    await().atMost(PATIENCE).until(() -> zone(SHOP).count(ServerState.READY) == 2);
    assertThat(zone(SHOP).servers().values().stream().map(Server::id))
        .allMatch(server -> server.number() > 3);
    assertThat(zone(SHOP).policyRevision()).isEqualTo(2);
    await().atMost(PATIENCE).until(() -> balancer(SHOP).isPresent());
    URI address = balancer(SHOP).orElseThrow();
    await().atMost(PATIENCE).until(() -> get(address.resolve("/id")).statusCode() == 200);
  }

  @Test
  @Order(7)
  void aZoneOfTheFileThatWasRetiredIsNotDeclaredAgainByTheNextLeader() throws Exception {
    Load load = first.orElseThrow();
    assertThat(load.failures()).isEmpty();
    assertThat(load.answered()).isGreaterThan(1_000);
    load.close();
    first = Optional.empty();

    asked("zone", "retire", "zone1");
    await().atMost(PATIENCE).until(() -> zone(FIRST).life().retired());
    MonitorId leader = cluster.monitors().leader().orElseThrow();
    cluster.monitors().stop(leader);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.monitors().leader().filter(next -> !next.equals(leader)).isPresent());

    assertThat(zone(FIRST).life().retired()).isTrue();
    assertThat(cluster.ready()).isTrue();
    try (MonitorClient client = new MonitorClient(cluster.monitorUrls().get(leader(cluster)))) {
      JsonNode zones = client.ask("GET", "/v1/zones", "", Map.of()).tree();
      assertThat(zones.findValuesAsText("id")).contains("shop").doesNotContain("zone1");
    }
    AuditAtEnd.verify(cluster.bootstrap());
  }

  private static MonitorId leader(EmbeddedCluster cluster) {
    return cluster.monitors().leader().orElseThrow();
  }

  private static String[] add() {
    return new String[] {
      "zone",
      "add",
      "shop",
      "--policy",
      FOLDER.resolve("policy.yaml").toString(),
      "--template",
      FOLDER.resolve("template.yaml").toString()
    };
  }

  private static Zone zone(ZoneId zone) {
    return cluster.fleet().zone(zone);
  }

  private static Optional<URI> balancer(ZoneId zone) {
    return zone(zone)
        .balancer()
        .filter(found -> found.state() == Balancer.State.ALIVE)
        .map(Balancer::address);
  }

  private static HttpResponse<String> get(URI target) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(target).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static boolean refuses(URI address) throws InterruptedException {
    try {
      return get(address.resolve("/id")).statusCode() == 0;
    } catch (IOException refused) {
      return true;
    }
  }

  private static JsonNode asked(String... line) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(line(line)));
    all.addAll(List.of("--json", "--actor", "eva"));
    return Json.mapper().readTree(String.join("", run(all.toArray(String[]::new))));
  }

  private static List<String> run(String... line) throws IOException, InterruptedException {
    Sluice sluice = Sluice.run(line);
    assertThat(sluice.awaitExit()).as("%s", sluice.err()).isZero();
    return sluice.out();
  }

  private static String[] line(String... line) {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of("--port-offset", offset(), "--data", FOLDER.toString()));
    return all.toArray(String[]::new);
  }

  private static String offset() {
    return Integer.toString(cluster.config().ports().offset());
  }
}
