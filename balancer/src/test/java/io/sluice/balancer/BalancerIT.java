package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.balancer.admin.AdminException;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.report.Journal;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.DeadLetter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole balancer without Kafka: both ports, checks, reports. */
final class BalancerIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final PoolTimings QUICK =
      new PoolTimings(
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          3,
          Duration.ofMillis(100),
          Duration.ofMillis(300));

  private final Facts facts = new Facts();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  /** A journal that keeps facts. */
  private static final class Facts implements Journal {
    private final List<FleetEvent> all = new CopyOnWriteArrayList<>();

    /** How many of them report a server; that requests wait is said as well. */
    private long reports() {
      return all.stream().filter(FleetEvent.ServerReported.class::isInstance).count();
    }

    @Override
    public void record(FleetEvent fact) {
      all.add(fact);
    }

    @Override
    public void putAway(DeadLetter where, byte[] key, byte[] value) {
      throw new AssertionError("nothing is unreadable here: " + where);
    }

    @Override
    public void close() {}
  }

  private URI server(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    servers.add(server);
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
    http.shutdownNow();
  }

  private static BalancerConfig config(List<URI> addresses) {
    return BalancerConfig.standalone(ZONE).withPorts(0, 0).withPools(QUICK).withServers(addresses);
  }

  private static URI at(InetSocketAddress address, String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  private HttpResponse<String> get(URI address) throws Exception {
    return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> put(URI address, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).PUT(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesAndTakesOrders() throws Exception {
    URI one = server("one");
    URI two = server("two");
    try (Balancer balancer = Balancer.start(config(List.of(one)), facts)) {
      InetSocketAddress admin = balancer.adminAddress();
      assertThat(get(at(balancer.traffic(), "/x")).body()).isEqualTo("one");
      assertThat(get(at(admin, "/health_check")).body()).isEqualTo("ok");
      assertThat(get(at(admin, "/servers")).body()).isEqualTo("{\"servers\":[\"" + one + "\"]}");

      String change = "{\"adds\":[\"" + two + "\"],\"deletes\":[\"" + one + "\"]}";
      assertThat(put(at(admin, "/servers"), change).statusCode()).isEqualTo(200);

      assertThat(get(at(admin, "/servers")).body()).isEqualTo("{\"servers\":[\"" + two + "\"]}");
      assertThat(get(at(balancer.traffic(), "/x")).body()).isEqualTo("two");
      assertThat(get(at(admin, "/monitor")).statusCode()).isEqualTo(404);
      assertThat(put(at(admin, "/monitor"), "{\"url\":\"http://127.0.0.1:8080\"}").statusCode())
          .isEqualTo(200);
      assertThat(get(at(admin, "/monitor")).body())
          .isEqualTo("{\"url\":\"http://127.0.0.1:8080\"}");
      ServerId id = balancer.pools().alive().getFirst().server();
      assertThat(get(at(admin, "/pools")).body()).contains("\"alive\":[{\"server\":\"" + id + "\"");
      assertThat(get(at(admin, "/observe/metrics")).body())
          .contains("sluice_balancer_requests_total{zone=\"zone1\"} 2\n")
          .contains("sluice_balancer_waiting_requests{zone=\"zone1\"} 0\n")
          .contains("sluice_balancer_membership_fresh{zone=\"zone1\"} 1\n")
          .contains("sluice_balancer_request_seconds_count{zone=\"zone1\"} 2\n")
          .contains("sluice_balancer_request_seconds_bucket{zone=\"zone1\",le=\"+Inf\"} 2\n")
          .contains(
              "sluice_balancer_server_request_seconds_count{zone=\"zone1\",server=\"%s\"} 1\n"
                  .formatted(id))
          .contains("sluice_balancer_servers{zone=\"zone1\",pool=\"alive\"} 1\n");
      HttpResponse<String> health = get(at(admin, "/observe/health"));
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).contains("membership").contains("hand");
    }
  }

  @Test
  void refusesOrdersThatItDoesNotUnderstandAndAppliesNothingOfThem() throws Exception {
    URI one = server("one");
    try (Balancer balancer = Balancer.start(config(List.of(one)), facts)) {
      URI orders = at(balancer.adminAddress(), "/servers");
      for (String bad :
          List.of(
              "",
              "{",
              "[]",
              "{}",
              "{\"add\":[]}",
              "{\"adds\":\"x\"}",
              "{\"adds\":[1]}",
              "{\"adds\":[\"http://127.0.0.1:9\",\"127.0.0.1:9\"]}",
              "{\"deletes\":[\"" + one + "\"],\"adds\":[\"http://a:1/path\"]}",
              "{\"deletes\":[\"" + one + "\"],\"adds\":[\"" + one + "\"]}")) {
        HttpResponse<String> response = put(orders, bad);
        assertThat(response.statusCode()).as(bad).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type"))
            .contains("application/problem+json");
        assertThat(response.body()).contains("expected");
      }
      assertThat(get(orders).body()).isEqualTo("{\"servers\":[\"" + one + "\"]}");
      assertThat(get(at(balancer.adminAddress(), "/nothing")).statusCode()).isEqualTo(404);
      assertThat(put(at(balancer.adminAddress(), "/pools"), "{}").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void ordersNeedTheTokenButQuestionsDoNot() throws Exception {
    try (Balancer balancer = Balancer.start(config(List.of()).withToken("secret"), facts)) {
      URI monitor = at(balancer.adminAddress(), "/monitor");
      String order = "{\"url\":\"http://127.0.0.1:8080\"}";

      assertThat(put(monitor, order).statusCode()).isEqualTo(401);
      assertThat(put(monitor, order, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
      assertThat(put(monitor, order, "Authorization", "Bearer secret").statusCode()).isEqualTo(200);
      assertThat(get(monitor).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void reportsADeadServerToTheJournalOnceAndToTheMonitorUntilItIsRemoved() throws Exception {
    URI one = server("one");
    List<String> reports = new CopyOnWriteArrayList<>();
    HttpServer monitor =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    monitor.createContext(
        "/report",
        exchange -> {
          String token = exchange.getRequestHeaders().getFirst("Authorization");
          String body =
              new String(
                  exchange.getRequestBody().readAllBytes(),
                  java.nio.charset.StandardCharsets.UTF_8);
          reports.add(exchange.getRequestMethod() + " " + token + " " + body);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    monitor.start();
    servers.add(monitor);
    try (Balancer balancer = Balancer.start(config(List.of(one)).withToken("secret"), facts)) {
      String url = "{\"url\":\"http://127.0.0.1:" + monitor.getAddress().getPort() + "\"}";
      put(at(balancer.adminAddress(), "/monitor"), url, "Authorization", "Bearer secret");

      servers.getFirst().stop(0);

      await().until(() -> facts.all.size() == 1);
      assertThat(facts.all.getFirst()).isInstanceOf(FleetEvent.ServerReported.class);
      await().until(() -> reports.size() >= 2);
      assertThat(reports).containsOnly("PUT Bearer secret {\"dead\":[\"%s\"]}".formatted(one));
      assertThat(get(at(balancer.traffic(), "/")).statusCode()).isEqualTo(503);
      put(
          at(balancer.adminAddress(), "/servers"),
          "{\"deletes\":[\"" + one + "\"]}",
          "Authorization",
          "Bearer secret");
      assertThat(balancer.pools().dead()).isEmpty();
      assertThat(facts.reports()).isEqualTo(1);
    }
  }

  @Test
  void saysWhichAdminPortIsTakenAndLetsGoOfTheOther() throws Exception {
    int traffic = freePort();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BalancerConfig config = config(List.of()).withPorts(traffic, other.getLocalPort());

      assertThatThrownBy(() -> Balancer.start(config, facts))
          .isInstanceOf(AdminException.class)
          .hasMessageContaining("admin port " + other.getLocalPort());

      try (ServerSocket again = new ServerSocket()) {
        again.setReuseAddress(true);
        again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), traffic));
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Test
  void aSuccessorServesWhomItsPredecessorServedByOrder(@TempDir Path directory) throws Exception {
    URI one = server("one");
    URI two = server("two");
    Section root =
        Section.root(
            Json.yaml()
                .readTree(
                    """
                    zone: zone1
                    static: true
                    servers: %s
                    admin: {port: 0, token: secret}
                    traffic: {port: 0, loops: 1}
                    handOver: {socket: %s, grace: 10ms}
                    """
                        .formatted(one, directory.resolve("zone1.sock"))));
    BalancerConfig config = BalancerSettings.read(root).orElseThrow();
    try (Balancer before = Balancer.start(config, facts)) {
      String[] token = {"Authorization", "Bearer secret"};
      String change = "{\"adds\":[\"" + two + "\"],\"deletes\":[\"" + one + "\"]}";
      put(at(before.adminAddress(), "/servers"), change, token);
      put(at(before.adminAddress(), "/maintenance"), "{\"on\":true}", token);

      try (Balancer after = Balancer.takeOver(config)) {
        URI servers = at(after.adminAddress(), "/servers");
        assertThat(get(servers).body()).isEqualTo("{\"servers\":[\"" + two + "\"]}");
        assertThat(get(at(after.traffic(), "/")).statusCode()).isEqualTo(503);
        put(at(after.adminAddress(), "/maintenance"), "{\"on\":false}", token);
        assertThat(get(at(after.traffic(), "/")).body()).isEqualTo("two");
      }
    }
  }
}
