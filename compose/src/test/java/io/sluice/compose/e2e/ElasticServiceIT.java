package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.view.Descriptions;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The whole loop on real Kafka, real Redis and real server processes, under load all the while. The
 * tests are one story and stand in its order.
 */
@Tag("undisturbed")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ElasticServiceIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int ZONE_INDEX = 0;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int USERS = 4;

  private static final EmbeddedCluster cluster = start();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static EmbeddedCluster start() {
    Path folder = Path.of("target", "elastic-" + ProcessHandle.current().pid());
    return EmbeddedCluster.start(
        config().withData(folder).withPorts(FreePorts.find()), System.out::println);
  }

  /** The defaults, but a zone that shrinks sooner than after a minute. */
  private static ClusterConfig config() {
    try {
      Path file = Files.createTempFile("elastic", ".yaml");
      Files.writeString(
          file,
          """
          zones:
            zone1: {policy: {stabilisation: {in: 2s}}}
            zone2: {}
            zone3: {}
          """);
      return ClusterConfig.read(file, Map.of());
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  @BeforeAll
  static void everyBalancerServes() {
    await().atMost(PATIENCE).until(cluster::ready);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    HTTP.close();
  }

  @Test
  @Order(1)
  void everyZoneStartsWithOneServerThatAnswersThroughItsBalancer()
      throws IOException, InterruptedException {
    for (int index = 0; index < cluster.config().zones().size(); index++) {
      ZoneId zone = cluster.config().zones().get(index).id();

      assertThat(get(cluster.balancer(index).resolve("/id")))
          .isEqualTo("{\"server\":\"%s\"}".formatted(zone.server(1)));
    }
  }

  @Test
  @Order(2)
  void highLoadAddsAServerAndLowLoadRemovesItWithoutAFailedRequest()
      throws IOException, InterruptedException {
    try (Load load = new Load(cluster.balancer(ZONE_INDEX).resolve("/id"), USERS)) {
      simulate(ready(), "high-cpu");
      await().atMost(PATIENCE).until(() -> ready().size() >= 2);
      Set<String> servers = answersOf(ready());
      load.takeAnswers();
      await().atMost(PATIENCE).until(() -> load.takeAnswers().equals(servers));

      simulate(ready(), "scale-down");
      await()
          .atMost(PATIENCE)
          .until(() -> ready().size() == 1 && cluster.fleet().zone(ZONE).servers().size() == 1);
      load.takeAnswers();
      await().atMost(PATIENCE).until(() -> load.takeAnswers().equals(answersOf(ready())));

      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isPositive();
      System.out.println("answered while scaling out and in: " + load.answered());
    }
  }

  @Test
  @Order(3)
  void aKilledServerIsReplacedWithoutAFailedRequest() throws IOException, InterruptedException {
    simulate(ready(), "high-cpu");
    await().atMost(PATIENCE).until(() -> ready().size() >= 2);
    Server victim = ready().getFirst();
    try (Load load = new Load(cluster.balancer(ZONE_INDEX).resolve("/id"), USERS)) {
      await().atMost(PATIENCE).until(() -> load.answered() > 100);
      long begin = System.nanoTime();
      kill(victim);
      await()
          .atMost(PATIENCE)
          .until(() ->
              ready().size() >= 2
                  && ready().stream().noneMatch(server -> server.id().equals(victim.id())));
      System.out.println(
          "replaced a killed server in %d ms".formatted((System.nanoTime() - begin) / 1_000_000));
      load.takeAnswers();
      await().atMost(PATIENCE).until(() -> load.takeAnswers().equals(answersOf(ready())));

      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  @Order(4)
  void evenTheOnlyServerOfAZoneIsReplacedWithoutAFailedRequest() throws InterruptedException {
    ZoneId lonely = cluster.config().zones().getLast().id();
    Server only = cluster.fleet().zone(lonely).in(ServerState.READY).findFirst().orElseThrow();
    URI address = cluster.balancer(cluster.config().zones().size() - 1).resolve("/id");
    try (Load load = new Load(address, USERS)) {
      await().atMost(PATIENCE).until(() -> load.answered() > 100);
      load.takeAnswers();
      kill(only);
      await()
          .atMost(PATIENCE)
          .until(
              () -> load.takeAnswers().contains("{\"server\":\"%s\"}".formatted(lonely.server(2))));

      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  @Order(5)
  void theJournalTellsTheStory() {
    List<String> story = tell(Topics.JOURNAL).map(Descriptions::tell).toList();
    List<String> decisions =
        read(Topics.SCALE_COMMANDS).stream()
            .map(entry -> Descriptions.tell(entry.value()))
            .toList();

    assertThat(story)
        .anyMatch(line -> line.matches("server zone1-2 started by command zone1@\\d+ at .*"))
        .anyMatch(line -> line.matches("server zone1-\\d is ready"))
        .anyMatch(line -> line.matches("server zone1-\\d gets no new requests, by command .*"))
        .anyMatch(line -> line.matches("server zone1-\\d has finished its last request"))
        .anyMatch(line -> line.matches("server zone1-\\d is gone: .*"))
        .anyMatch(line -> line.matches("server zone1-\\d died: .*"));
    assertThat(decisions)
        .anyMatch(line -> line.contains("1 to 2 servers, start zone1-2: cpu 7"))
        .anyMatch(line -> line.contains("2 to 1 server, stop zone1-2"))
        .anyMatch(line -> line.contains("is dead"));
  }

  @Test
  @Order(6)
  void otherZonesDidNotMove() {
    for (ScaleCommand command : read(Topics.SCALE_COMMANDS).stream().map(Entry::value).toList()) {
      if (!command.zone().equals(ZONE)) {
        assertThat(command.to()).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  @Order(7)
  void replayingTheJournalGivesTheVerySameCommands() {
    AuditAtEnd.verify(cluster.bootstrap());
  }

  @Test
  @Order(8)
  void nothingBecameADeadLetter() {
    assertThat(read(Topics.DEAD_LETTERS)).isEmpty();
  }

  private static void kill(Server server) {
    ProcessHandle process = ProcessHandle.of(Long.parseLong(server.handle())).orElseThrow();
    assertThat(process.destroyForcibly()).isTrue();
  }

  private static List<Server> ready() {
    return cluster.fleet().zone(ZONE).in(ServerState.READY).toList();
  }

  private static Set<String> answersOf(List<Server> servers) {
    return servers.stream()
        .map(Server::id)
        .map(ServerId::toString)
        .map("{\"server\":\"%s\"}"::formatted)
        .collect(Collectors.toSet());
  }

  private static void simulate(List<Server> servers, String situation)
      throws IOException, InterruptedException {
    for (Server server : servers) {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(server.address().resolve("/simulation"))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"situation\":\"%s\"}".formatted(situation)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private static String get(URI address) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static java.util.stream.Stream<FleetEvent> tell(Topic<?, FleetEvent> topic) {
    return read(topic).stream().map(Entry::value);
  }

  private static <V> List<Entry<V>> read(Topic<?, V> topic) {
    try (TopicReader<V> reader =
        new TopicReader<>(
            KafkaAccess.at(cluster.bootstrap()),
            topic,
            problem -> {
              throw new AssertionError(problem);
            })) {
      return reader.toEnd();
    }
  }
}
