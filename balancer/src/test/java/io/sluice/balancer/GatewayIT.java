package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.balancer.admin.ZoneStatus;
import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.membership.MemberCopy;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway that knows its zones by copies, since Kafka is nowhere. */
final class GatewayIT {
  private static final ZoneId HOME = new ZoneId("zone1");
  private static final ZoneId AWAY = new ZoneId("zone2");
  private static final GatewayConfig.Health QUICK =
      new GatewayConfig.Health(
          new PoolTimings(
              Duration.ofMillis(200),
              Duration.ofMillis(200),
              0,
              Duration.ofMillis(100),
              Duration.ofMillis(300)),
          GatewayConfig.Health.DEFAULT.thresholds(),
          HealthCheck.DEFAULT);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  @TempDir private Path directory = Path.of("");

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
    http.shutdownNow();
  }

  private HttpServer server(ServerId id, int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    byte[] body = id.toString().getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    servers.add(server);
    return server;
  }

  private void member(ServerId id, HttpServer server) {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    new MemberCopy(directory, id.zone())
        .save(List.of(new Member(id, address, MemberState.READY, 100, Instant.EPOCH)));
  }

  private Gateway start() {
    return Gateway.start(config(0, 0));
  }

  private GatewayConfig config(int trafficPort, int adminPort) {
    return GatewayConfig.of(new SpillRule(HOME, 0), KafkaAccess.at("127.0.0.1:1"))
        .with(trafficPort, adminPort, "secret", directory, QUICK)
        .withHandOver(
            new HandOverConfig(
                Optional.of(directory.resolve("gateway.sock")), Duration.ofSeconds(10)));
  }

  private String get(InetSocketAddress at, String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.getPort() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static ZoneStatus of(Gateway gateway, ZoneId zone) {
    return gateway.zones().stream()
        .filter(status -> status.zone().equals(zone))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void servesFromCopiesAndTellsWhatItKnowsOfEachZone() throws Exception {
    member(HOME.server(1), server(HOME.server(1), 0));
    member(AWAY.server(4), server(AWAY.server(4), 0));
    try (Gateway gateway = start()) {
      assertThat(get(gateway.traffic(), "/")).isEqualTo("zone1-1");

      assertThat(get(gateway.adminAddress(), "/zones"))
          .contains("\"zone\":\"zone1\",\"home\":true,\"membership\":\"copy\",\"kafka\":false")
          .contains("\"zone\":\"zone2\",\"home\":false");
      assertThat(get(gateway.adminAddress(), "/observe/metrics"))
          .contains("sluice_balancer_requests_total{gateway=\"gateway\"} 1\n")
          .contains("sluice_balancer_waiting_requests{gateway=\"gateway\"} 0\n")
          .contains("sluice_gateway_requests_total{gateway=\"gateway\",zone=\"zone1\"} 1\n")
          .contains("sluice_gateway_requests_total{gateway=\"gateway\",zone=\"zone2\"} 0\n")
          .contains("sluice_gateway_home{gateway=\"gateway\",zone=\"zone1\"} 1\n")
          .contains("sluice_gateway_membership_fresh{gateway=\"gateway\",zone=\"zone2\"} 0\n")
          .contains("zone=\"zone2\",reason=\"empty\"} 0\n");
      assertThat(get(gateway.adminAddress(), "/observe/health"))
          .contains("copy")
          .contains("zone1")
          .contains("zone2");
    }
  }

  @Test
  void aServerThatIsGoneForLongIsUsedAgainWhenItIsBack() throws Exception {
    HttpServer home = server(HOME.server(1), 0);
    member(HOME.server(1), home);
    member(AWAY.server(4), server(AWAY.server(4), 0));
    try (Gateway gateway = start()) {
      assertThat(get(gateway.traffic(), "/")).isEqualTo("zone1-1");

      home.stop(0);
      await().until(() -> of(gateway, HOME).servers().disconnected() == 1);
      for (int i = 0; i < 10; i++) {
        assertThat(get(gateway.traffic(), "/")).isEqualTo("zone2-4");
      }
      assertThat(of(gateway, HOME).servers().dead()).isZero();
      assertThat(of(gateway, AWAY).traffic().spillOvers().get("empty")).isPositive();

      var _ = server(HOME.server(1), home.getAddress().getPort());
      await().until(() -> of(gateway, HOME).servers().alive() == 1);
      assertThat(get(gateway.traffic(), "/")).isEqualTo("zone1-1");
    }
  }

  @Test
  void anotherOneTakesOverOnTheSamePortsThoughKafkaIsGone() throws Exception {
    member(HOME.server(1), server(HOME.server(1), 0));
    try (Gateway before = start()) {
      assertThat(get(before.traffic(), "/")).isEqualTo("zone1-1");

      try (Gateway after =
          Gateway.takeOver(config(before.traffic().getPort(), before.adminAddress().getPort()))) {
        assertThat(after.traffic()).isEqualTo(before.traffic());
        await().until(() -> before.handedOver().isDone());
        assertThat(get(after.traffic(), "/")).isEqualTo("zone1-1");
        assertThat(get(after.adminAddress(), "/zones")).contains("\"requests\":1");
        assertThat(after.handedOver()).isNotDone();
      }
    }
  }
}
