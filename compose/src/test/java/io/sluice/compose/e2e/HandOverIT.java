package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Balancers, as processes of their own, that take over from each other under load. */
@Tag("undisturbed")
class HandOverIT {
  private static final int HAND_OVERS = Integer.getInteger("handovers", 5);
  private static final String TOKEN = "a-token-of-this-test";

  private final Ports ports = FreePorts.find();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path directory = Path.of("");
  private HttpServer server = serving();

  @BeforeEach
  void begin() {
    server.start();
  }

  @AfterEach
  void end() {
    mayEnd.countDown();
    server.stop(0);
    http.close();
  }

  /** Answers at once, but {@code /slow} in two parts with a long time in between. */
  private HttpServer serving() {
    try {
      HttpServer made =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      byte[] body = "hello".getBytes(UTF_8);
      made.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      made.createContext(
          "/slow",
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("first ".getBytes(UTF_8));
            out.flush();
            await().forever().until(() -> mayEnd.await(10, TimeUnit.SECONDS));
            out.write("last".getBytes(UTF_8));
            exchange.close();
          });
      made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      return made;
    } catch (IOException failed) {
      throw new AssertionError("no server", failed);
    }
  }

  private Path configuration(int adminPort) throws IOException {
    Path file = directory.resolve("balancer-" + adminPort + ".yaml");
    Files.writeString(
        file,
        """
        zone: zone1
        static: true
        servers: http://127.0.0.1:%d
        handOver: {socket: %s, grace: 30s}
        admin: {port: %d, token: %s}
        traffic: {port: %d}
        """
            .formatted(
                server.getAddress().getPort(),
                directory.resolve("zone1.sock"),
                adminPort,
                TOKEN,
                ports.balancer(0)));
    return file;
  }

  private static Sluice start(Path file) throws IOException {
    Sluice balancer = Sluice.start("balancer", "--config", file.toString(), "--take-over");
    balancer.awaitLine("balancer of zone1");
    return balancer;
  }

  private URI traffic(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(ports.balancer(0), path));
  }

  private HttpResponse<String> admin(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(ports.balancerAdmin(0), path)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void announceMonitor() throws IOException, InterruptedException {
    int status =
        http.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/monitor".formatted(ports.balancerAdmin(0))))
                    .header("Authorization", "Bearer " + TOKEN)
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"url\":\"http://127.0.0.1:9\"}"))
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode();
    assertThat(status).isEqualTo(200);
  }

  @Test
  void handOversUnderLoadFailNoRequest() throws Exception {
    requireWrk();
    Path file = configuration(ports.balancerAdmin(0));
    List<Sluice> balancers = new ArrayList<>(List.of(start(file)));
    announceMonitor();
    try (Wrk keeping = Wrk.start(traffic("/"), 16, false);
        Wrk fresh = Wrk.start(traffic("/"), 4, true)) {
      for (int i = 0; i < HAND_OVERS; i++) {
        Sluice successor = start(file);
        Sluice predecessor = balancers.getLast();
        balancers.add(successor);

        assertThat(predecessor.awaitExit()).as(predecessor.err().toString()).isZero();
        assertThat(predecessor.out()).contains("handed over");
        assertThat(admin("/monitor").body()).as("passed on").contains("http://127.0.0.1:9");
      }
      Wrk.Result kept = keeping.stop();
      Wrk.Result opened = fresh.stop();

      System.out.println(HAND_OVERS + " hand-overs, kept: " + kept + ", fresh: " + opened);
      assertThat(kept.errors()).isEmpty();
      assertThat(opened.errors()).isEmpty();
      assertThat(kept.requests()).isGreaterThan(1000);
      assertThat(opened.requests()).isGreaterThan(100);
    } finally {
      balancers.forEach(Sluice::close);
    }
  }

  @Test
  void aResponseThatTakesLongIsFinishedByThePredecessor() throws Exception {
    Path file = configuration(ports.balancerAdmin(0));
    try (Sluice predecessor = start(file);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), ports.balancer(0))) {
      client.setSoTimeout(20_000);
      client
          .getOutputStream()
          .write("GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().contains("first ")) {
        seen.append((char) client.getInputStream().read());
      }
      try (Sluice successor = start(file)) {
        assertThat(predecessor.running()).isTrue();
        assertThat(successor.running()).isTrue();

        mayEnd.countDown();

        assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).contains("last");
        assertThat(predecessor.awaitExit()).isZero();
      }
    }
  }

  @Test
  void aSuccessorThatFailsLeavesEverythingAsItWas() throws Exception {
    try (Sluice balancer = start(configuration(ports.balancerAdmin(0)));
        // Its port for orders is taken by somebody else.
        Sluice failing =
            Sluice.start(
                "balancer",
                "--config",
                configuration(server.getAddress().getPort()).toString(),
                "--take-over")) {
      assertThat(failing.awaitExit()).isNotZero();

      assertThat(balancer.running()).isTrue();
      await().ignoreExceptions().until(() -> admin("/health_check").statusCode() == 200);
      for (int i = 0; i < 50; i++) {
        assertThat(
                http.send(
                        HttpRequest.newBuilder(traffic("/")).build(),
                        HttpResponse.BodyHandlers.ofString())
                    .body())
            .isEqualTo("hello");
      }
      Sluice successor = start(configuration(ports.balancerAdmin(0)));
      try (successor) {
        assertThat(balancer.awaitExit()).isZero();
      }
    }
  }

  @Test
  void withoutThatOptionASecondOneIsRefusedAndNothingIsTakenOver() throws Exception {
    Path file = configuration(ports.balancerAdmin(0));
    try (Sluice balancer = start(file);
        Sluice second = Sluice.start("balancer", "--config", file.toString())) {
      assertThat(second.awaitExit()).isNotZero();
      assertThat(balancer.running()).isTrue();
      assertThat(admin("/health_check").statusCode()).isEqualTo(200);
    }
  }

  private static void requireWrk() {
    boolean there = Wrk.installed();
    if (!there) {
      System.err.println("SKIPPED: no wrk on this machine, so nothing is handed over under load");
      assertThat(System.getenv("CI")).as("CI needs wrk").isNotEqualTo("true");
    }
    assumeTrue(there, "wrk");
  }

  @Test
  void anIdleConnectionIsClosedSoonAndNotTheMomentAfter() throws Exception {
    Path file = configuration(ports.balancerAdmin(0));
    try (Sluice predecessor = start(file);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), ports.balancer(0))) {
      client.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
      byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8);
      client.getOutputStream().write(request);
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().endsWith("hello")) {
        seen.append((char) client.getInputStream().read());
      }
      assertThat(seen.toString()).doesNotContain("Connection: close");
      try (Sluice successor = start(file)) {
        client.getOutputStream().write(request);
        String last = new String(client.getInputStream().readAllBytes(), UTF_8);

        assertThat(last).contains("Connection: close").endsWith("hello");
        assertThat(predecessor.awaitExit()).isZero();
        assertThat(successor.running()).isTrue();
      }
    }
  }
}
