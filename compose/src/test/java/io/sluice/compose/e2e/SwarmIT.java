package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.Entry;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A zone on a swarm of one node, told by files as a user would; its servers are somebody else's
 * image. One story, in the order of the tests.
 */
@Tag("undisturbed")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SwarmIT {
  private static final ZoneId ZONE = new ZoneId("sw" + ProcessHandle.current().pid());
  private static final String CLUSTER = "it";
  private static final String ZONE_SHAPE =
      """
      policy:
        servers: {max: 3}
        window: 2s
        warmUp: 1s
        rules: [{type: threshold, metric: cpu, above: 40, below: 10}]
        stabilisation: {in: 2s}
      template:
        image: "%s"
        cpus: 0.1
        memoryBytes: 67108864
        healthPath: /
        container:
          port: 80
          pids: 32
          writable: "/run /var/lib/nginx /tmp"
          capabilities: "CHOWN SETGID SETUID"
          metrics: engine
      """
          .formatted(SwarmHost.IMAGE);

  private static final String TOKEN = "0123456789abcdef";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Ports PORTS = FreePorts.find();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<Sluice> PARTS = new ArrayList<>();
  private static Optional<SecondHost> host = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    Docker.require("SwarmIT", "which", "wrk");
    host = Optional.of(SwarmHost.start("SwarmIT"));
    Path directory = Files.createTempDirectory("sluice-swarm");
    part("broker", directory, broker(directory), "broker at");
    part("balancer", directory, balancer(directory), "balancer of");
    part("monitor", directory, monitor(directory), "monitor 1");
  }

  private static void part(String role, Path directory, String content, String says)
      throws IOException {
    Path file = directory.resolve(role + ".yaml");
    Files.writeString(file, content);
    Sluice part = Sluice.start(role, "--config", file.toString());
    PARTS.add(part);
    part.awaitLine(says);
  }

  private static String broker(Path directory) {
    return """
    port: %d
    controllerPort: %d
    data: %s
    """
        .formatted(PORTS.kafka(), PORTS.kafkaController(), directory.resolve("kafka"));
  }

  private static String balancer(Path directory) {
    return """
    zone: %s
    kafka: {bootstrap: "127.0.0.1:%d"}
    traffic: {port: %d}
    admin: {port: %d, token: %s}
    directory: %s
    """
        .formatted(
            ZONE,
            PORTS.kafka(),
            PORTS.balancer(0),
            PORTS.balancerAdmin(0),
            TOKEN,
            directory.resolve("balancer"));
  }

  private static String monitor(Path directory) {
    return """
    monitors: {1: "http://127.0.0.1:%d"}
    bootstrap: 127.0.0.1:%d
    token: %s
    fleet: swarm
    swarm:
      cluster: %s
      engine: %s
      certificates: %s
      nodeEngine: "tcp://{address}:2376"
    topology: {partitions: 2, stateDirectory: %s}
    zones:
      %s:
        balancer: http://127.0.0.1:%d
        balancerAdmin: http://127.0.0.1:%d
    """
            .formatted(
                PORTS.monitor(1),
                PORTS.kafka(),
                TOKEN,
                CLUSTER,
                host().engine(),
                host().certificates(),
                directory.resolve("streams"),
                ZONE,
                PORTS.balancer(0),
                PORTS.balancerAdmin(0))
        + ZONE_SHAPE.indent(4);
  }

  @AfterAll
  static void stop() throws Exception {
    PARTS.reversed().forEach(Sluice::close);
    if (host.isPresent()) {
      host.get().unmake();
    }
  }

  @Test
  @Order(1)
  void whatNoNodeIsForIsToldAndTriedAgain() throws Exception {
    await()
        .atMost(PATIENCE)
        .until(() ->
            said("could not be placed: no suitable node")
                && said("a node with node.labels.sluice.zone == " + ZONE));

    String node = host().docker("node", "ls", "--quiet");
    host().docker("node", "update", "--label-add", "sluice.zone=" + ZONE, node);

    await().atMost(PATIENCE).until(() -> ready().size() == 1);
    JsonNode server = ready().getFirst();
    assertThat(server.path("address").asText()).startsWith("http://" + host().address() + ":");
  }

  @Test
  @Order(2)
  void limitsAndRightsAreTheTemplates() throws Exception {
    assertThat(
            host()
                .docker(
                    "inspect",
                    "--format",
                    "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}"
                        + " {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}"
                        + " {{.HostConfig.CapAdd}} {{index .Config.Labels \"sluice.epoch\"}}",
                    host().containers().getFirst()))
        .isEqualTo("67108864 100000000 32 true [ALL] [CHOWN SETGID SETUID] 1");
  }

  @Test
  @Order(3)
  void itGrowsToThreeServersUnderLoadAndShrinksToOneAfterIt() throws Exception {
    URI traffic = URI.create("http://127.0.0.1:" + PORTS.balancer(0));
    try (Wrk wrk = Wrk.start(traffic, 8, false)) {
      await().atMost(PATIENCE).until(() -> ready().size() == 3);

      assertThat(host().containers()).hasSize(3);
      assertThat(wrk.stop().errors()).isEmpty();
    }
    await()
        .atMost(PATIENCE)
        .failFast("a request failed", () -> get(traffic).statusCode() != 200)
        .until(() -> services().size() == 1 && ready().size() == 1);
  }

  @Test
  @Order(4)
  void aServerThatIsKilledIsReplacedByAnother() throws Exception {
    String victim = services().getFirst();

    String container =
        host().containers().stream()
            .filter(name -> name.startsWith(victim + "."))
            .findFirst()
            .orElseThrow();
    host().docker("kill", container);

    await().atMost(PATIENCE).until(() -> ready().size() == 1 && !services().contains(victim));
    ServerId killed = ServerId.of(victim.substring(CLUSTER.length() + 1));
    assertThat(Records.of("127.0.0.1:" + PORTS.kafka(), Topics.JOURNAL))
        .extracting(Entry::value)
        .anyMatch(fact ->
            fact instanceof ServerExited exited
                && exited.server().equals(killed)
                && exited.reason().contains("SIGKILL"));
  }

  @Test
  @Order(5)
  void replayingTheJournalGivesTheVerySameCommands() {
    AuditAtEnd.verify("127.0.0.1:" + PORTS.kafka());
  }

  private static List<JsonNode> ready() throws IOException, InterruptedException {
    URI zone = URI.create("http://127.0.0.1:%d/v1/zones/%s".formatted(PORTS.monitor(1), ZONE));
    JsonNode answer = Json.mapper().readTree(get(zone).body());
    List<JsonNode> ready = new ArrayList<>();
    answer
        .path("servers")
        .forEach(server -> {
          if (server.path("state").asText().equals("ready")) {
            ready.add(server);
          }
        });
    return ready;
  }

  private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> services() throws IOException, InterruptedException {
    return host().docker("service", "ls", "--format", "{{.Name}}").lines().toList();
  }

  private static boolean said(String words) {
    return PARTS.getLast().err().stream().anyMatch(line -> line.contains(words))
        || PARTS.getLast().out().stream().anyMatch(line -> line.contains(words));
  }

  private static SecondHost host() {
    return host.orElseThrow();
  }
}
