package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The gateway of a whole cluster: real Kafka, real servers, users who notice nothing. */
class GatewayIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int USERS = 4;
  private static final ZoneId HOME = new ZoneId("zone1");
  private static final ZoneId OTHER = new ZoneId("zone2");

  private static final EmbeddedCluster cluster =
      EmbeddedCluster.start(
          ClusterConfig.defaults(Map.of())
              .withZones(2)
              .withData(Path.of("target", "gateway-" + ProcessHandle.current().pid()))
              .withPorts(FreePorts.find()),
          System.out::println);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void everyZoneServes() {
    await().atMost(PATIENCE).until(cluster::ready);
    await().atMost(PATIENCE).until(() -> alive(HOME.value()) == 1 && alive(OTHER.value()) == 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    HTTP.close();
  }

  @Test
  void aZoneThatLosesAllItsServersIsNotMissedByThoseWhoAskAtTheGateway() {
    try (Load load = new Load(cluster.gateway().resolve("/id"), USERS)) {
      await().atMost(PATIENCE).until(() -> load.answered() > 100);
      Server lost = ready(HOME).getFirst();
      assertThat(load.takeAnswers()).isEqualTo(Set.of(answer(lost)));

      for (Server server : ready(HOME)) {
        assertThat(
                ProcessHandle.of(Long.parseLong(server.handle())).orElseThrow().destroyForcibly())
            .isTrue();
      }

      await()
          .atMost(PATIENCE)
          .until(() -> load.takeAnswers().contains(answer(ready(OTHER).getFirst())));
      await()
          .atMost(PATIENCE)
          .until(() -> ready(HOME).size() == 1 && !ready(HOME).getFirst().id().equals(lost.id()));
      load.takeAnswers();
      await()
          .atMost(PATIENCE)
          .until(() -> load.takeAnswers().equals(Set.of(answer(ready(HOME).getFirst()))));
      assertThat(load.failures()).isEmpty();
      System.out.println("answered while a zone was lost and came back: " + load.answered());
    }
    assertThat(spillOvers(OTHER)).isPositive();
    AuditAtEnd.verify(cluster.bootstrap());
  }

  @Test
  void aZoneThatIsAddedWhileItRunsAppears() {
    ZoneId added = new ZoneId("zone9");

    TopicSetup.ensure(KafkaAccess.at(cluster.bootstrap()), List.of(added), 4, 1);

    await()
        .atMost(PATIENCE)
        .until(() -> zone(added.value()).path("membership").asText().equals("topic"));
    assertThat(zone(added.value()).path("home").asBoolean()).isFalse();
  }

  private static String answer(Server server) {
    return "{\"server\":\"%s\"}".formatted(server.id());
  }

  private static List<Server> ready(ZoneId zone) {
    return cluster.fleet().zone(zone).in(ServerState.READY).toList();
  }

  private static int alive(String zone) {
    return zone(zone).path("servers").path("alive").asInt();
  }

  private static long spillOvers(ZoneId zone) {
    return StreamSupport.stream(zone(zone.value()).path("spillOvers").spliterator(), false)
        .mapToLong(JsonNode::asLong)
        .sum();
  }

  /** What the gateway says of a zone. */
  private static JsonNode zone(String name) {
    try {
      String zones =
          HTTP.send(
                  HttpRequest.newBuilder(cluster.gatewayAdmin().resolve("/zones")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return StreamSupport.stream(Json.mapper().readTree(zones).spliterator(), false)
          .filter(zone -> zone.path("zone").asText().equals(name))
          .findFirst()
          .orElseGet(() -> Json.mapper().createObjectNode());
    } catch (IOException failed) {
      throw new AssertionError("the gateway does not tell its zones", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
  }
}
