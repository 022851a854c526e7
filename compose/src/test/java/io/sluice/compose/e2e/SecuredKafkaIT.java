package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.app.AppMain;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.codec.TextCodec;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zone whose parts reach Kafka only with the credentials and the rights that each is given. */
@Tag("undisturbed")
class SecuredKafkaIT {
  /** Reports of servers and of balancers alike. */
  private static final Topic<String, JsonNode> METRICS =
      new Topic<>(
          Topics.METRICS.name(),
          new TextCodec<>(name -> name),
          new JsonCodec<>(JsonNode.class),
          true,
          Topic.Cleanup.DELETE,
          Optional.empty());

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Ports PORTS = FreePorts.find();
  private static final String TOKEN = "0123456789abcdef";
  private static final List<Sluice> PARTS = new ArrayList<>();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder = Path.of("");
  private static List<SecuredBroker> broker = List.of();

  @BeforeAll
  static void start() throws Exception {
    broker = List.of(SecuredBroker.start(PORTS, folder.resolve("kafka")));
    Map<String, String> server = SecuredBroker.credentials("server", SecuredBroker.PASSWORD);
    Files.writeString(
        folder.resolve("server.jaas"), "KafkaClient { " + server.get("sasl.jaas.config") + " };");
    PARTS.add(Sluice.start("monitor", "--config", file("monitor.json", monitor()).toString()));
    PARTS.add(Sluice.start("balancer", "--config", file("balancer.json", balancer()).toString()));
    PARTS.getFirst().awaitLine("monitor 1");
    PARTS.getLast().awaitLine("balancer of");
  }

  @AfterAll
  static void stop() {
    PARTS.reversed().forEach(Sluice::close);
    broker.forEach(SecuredBroker::close);
  }

  private static Map<String, Object> monitor() {
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.security.auth.login.config=" + folder.resolve("server.jaas"),
            "-cp",
            System.getProperty("java.class.path"),
            AppMain.class.getName());
    return Map.of(
        "monitors", Map.of("1", "http://127.0.0.1:" + PORTS.monitor(1)),
        "bootstrap", door(),
        "kafka", SecuredBroker.credentials("monitor", SecuredBroker.PASSWORD),
        "token", TOKEN,
        "processes",
            Map.of(
                "command", String.join(" ", command),
                "directory", folder.resolve("servers").toString(),
                "firstPort", PORTS.servers(),
                "detached", false),
        "topology", Map.of("partitions", 2, "stateDirectory", folder.resolve("s").toString()),
        "zones", Map.of("zone1", zone()));
  }

  private static Map<String, Object> zone() {
    // A template is recorded, and is no place for a password.
    Map<String, String> environment =
        Map.of(
            "SLUICE_KAFKA_SECURITY_PROTOCOL",
            "SASL_PLAINTEXT",
            "SLUICE_KAFKA_SASL_MECHANISM",
            "PLAIN");
    return Map.of(
        "policy",
        Map.of("servers", Map.of("max", 1)),
        "template",
        Map.of("environment", environment),
        "balancer",
        "http://127.0.0.1:" + PORTS.balancer(0),
        "balancerAdmin",
        "http://127.0.0.1:" + PORTS.balancerAdmin(0));
  }

  private static Map<String, Object> balancer() {
    return Map.of(
        "zone", "zone1",
        "kafka",
            Map.of(
                "bootstrap", door(),
                "properties", SecuredBroker.credentials("balancer", SecuredBroker.PASSWORD)),
        "traffic", Map.of("port", PORTS.balancer(0)),
        "admin", Map.of("port", PORTS.balancerAdmin(0), "token", TOKEN));
  }

  @Test
  void theZoneGetsItsServerAndWhatItDidCanBeReadWithCredentialsOnly() throws Exception {
    await().atMost(PATIENCE).until(() -> answers(PORTS.balancer(0)));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(Records.of(broker.getFirst().bootstrap(), METRICS))
                .as("server and balancer may both write what they measure")
                .anyMatch(report -> report.value().has("server"))
                .anyMatch(report -> report.value().has("balancer")));

    long begin = System.nanoTime();
    List<Sluice> strangers = commands("--bootstrap", door());
    readersAreServed();
    strangersAreRefused(strangers);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    thePasswordIsNowhere();
    AuditAtEnd.verify(broker.getFirst().bootstrap());
  }

  private static List<Sluice> commands(String... options) throws IOException {
    List<Sluice> commands = new ArrayList<>();
    for (String command : List.of("status", "events", "audit")) {
      List<String> line = new ArrayList<>(List.of(command));
      line.addAll(List.of(options));
      commands.add(Sluice.start(line.toArray(String[]::new)));
    }
    return commands;
  }

  private static void readersAreServed() throws Exception {
    String credentials = properties("reader", SecuredBroker.PASSWORD).toString();
    List<Sluice> commands = commands("--bootstrap", door(), "--kafka-config", credentials);

    for (Sluice command : commands) {
      assertThat(command.awaitExit()).as("%s %s", command.out(), command.err()).isZero();
    }
    assertThat(commands.get(0).out()).anyMatch(line -> line.contains("zone1-1  ready"));
    assertThat(commands.get(1).out()).anyMatch(line -> line.endsWith("server zone1-1 is ready"));
    assertThat(commands.get(2).out()).anyMatch(line -> line.startsWith("verified"));
  }

  private static void strangersAreRefused(List<Sluice> strangers) throws Exception {
    assertThatThrownBy(() -> journal("reader", "guessed"))
        .isInstanceOf(UnreachableException.class)
        .hasMessageContainingAll("refuses the credentials", "sasl.jaas.config")
        .message()
        .doesNotContain("guessed");
    assertThatThrownBy(() -> journal("server", SecuredBroker.PASSWORD))
        .isInstanceOf(UnreachableException.class)
        .hasMessageContainingAll("forbids it", "journal", "expected a user with the rights for it");
    for (Sluice command : strangers) {
      assertThat(command.awaitExit()).isEqualTo(3);
      assertThat(command.err())
          .singleElement()
          .asString()
          .contains("no Kafka broker answers at " + door(), "--kafka-config FILE");
    }
  }

  private static void journal(String user, String password) {
    new KafkaHistory(new KafkaAccess(door(), SecuredBroker.credentials(user, password)))
        .journal()
        .close();
  }

  private static void thePasswordIsNowhere() throws Exception {
    List<String> said = new ArrayList<>();
    PARTS.forEach(part -> {
      said.addAll(part.out());
      said.addAll(part.err());
    });
    try (var logs = Files.list(folder.resolve("servers"))) {
      for (Path log : logs.filter(Files::isRegularFile).toList()) {
        said.addAll(Files.readAllLines(log));
      }
    }
    assertThat(said).noneMatch(line -> line.contains(SecuredBroker.PASSWORD));
  }

  private static String door() {
    return broker.getFirst().door();
  }

  private static Path properties(String user, String password) throws IOException {
    List<String> lines = new ArrayList<>();
    SecuredBroker.credentials(user, password)
        .forEach((name, value) -> lines.add(name + "=" + value));
    return Files.write(folder.resolve(user + "-" + lines.hashCode() + ".properties"), lines);
  }

  private static Path file(String name, Map<String, Object> content) throws IOException {
    return Files.writeString(folder.resolve(name), Json.mapper().writeValueAsString(content));
  }

  private static boolean answers(int port) throws InterruptedException {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + "/health_check");
      return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }
}
