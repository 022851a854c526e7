package io.sluice.compose.inputs;

import static io.sluice.compose.inputs.InputCluster.FOLLOWER;
import static io.sluice.compose.inputs.InputCluster.LEADER;
import static io.sluice.compose.inputs.InputCluster.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.inputs.InputCluster.Answer;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each row of the table of bad inputs, on a cluster of real processes: what the operator sees, and
 * what goes on working. Later ones find what earlier ones left, so that the order matters.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {
  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId ZONE2 = new ZoneId("zone2");
  private static final ZoneId ZONE3 = new ZoneId("zone3");
  private static final Path FOLDER =
      Path.of("target", "inputs-" + ProcessHandle.current().pid()).toAbsolutePath();

  private static final InputCluster cluster =
      InputCluster.start(FOLDER, List.of(ZONE1, ZONE2, ZONE3));

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  @Order(1)
  void aPolicyThatContradictsItselfIsRefusedAndTheOldOneHolds() throws Exception {
    long epoch = cluster.epoch();
    String before = cluster.ask("GET", "/v1/zones/zone1/policy", "").body();

    Answer answer =
        cluster.ask(
            "PUT",
            "/v1/zones/zone1/policy",
            """
            {"servers": {"min": 5, "max": 2}, "rules": [{"type": "threshold", "above": 1, "below": 9}]}
            """);

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.tree().path("errors")).hasSizeGreaterThanOrEqualTo(2);
    assertThat(cluster.ask("GET", "/v1/zones/zone1/policy", "").body()).isEqualTo(before);
    cluster.goesOn(epoch, ZONE1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e308", "-1e308", "5e-324", "\"much\"", "null", "[1]"})
  @Order(2)
  void anImpossibleMetricCostsNoZoneItsServers(String figure) throws Exception {
    ServerId server = only(ZONE1);

    cluster.write(
        Topics.METRICS,
        server,
        """
        {"zone":"zone1","server":"%s","at":"%s","health_status":"healthy","cpu_usage":%s}
        """
            .formatted(server, Instant.now(), figure)
            .getBytes(UTF_8));

    Instant taken = Instant.now().plusSeconds(1);
    await().atMost(PATIENCE).until(() -> observedSince(taken, ZONE1));
    assertThat(only(ZONE1)).isEqualTo(server);
    assertThat(cluster.conditions(ZONE1)).isEmpty();
    cluster.nobodyEnded();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 10_000})
  @Order(3)
  void aMalformedRecordIsOneDeadLetterAndNothingElse(int size) throws Exception {
    long epoch = cluster.epoch();
    long letters = cluster.deadLetters();
    byte[] text = "x".repeat(size).getBytes(UTF_8);
    byte[] named =
        "{\"server\":\"%s\",\"at\":\"2026-01-01T00:00:00Z\"}"
            .formatted("x".repeat(Math.max(1, size - 50)))
            .getBytes(UTF_8);

    cluster.write(Topics.METRICS, ZONE1.server(1), text);
    cluster.write(Topics.METRICS, ZONE1.server(1), named);
    cluster.write(Topics.JOURNAL, ZONE1, text);

    cluster.awaitDeadLetters(letters + 3);
    cluster.goesOn(epoch, ZONE1, ZONE2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//127.0.0.1:%d/../v1/zones/zone1/scale",
        "//127.0.0.1:%d/v1/zones/zone1/scale",
        "http://127.0.0.1:%d/v1/zones/zone1/scale",
        "/..//127.0.0.1:%d/v1/zones/zone1/scale",
        "/\\127.0.0.1:%d/v1/zones/zone1/scale",
        "@127.0.0.1:%d/v1/zones/zone1/scale"
      })
  @Order(4)
  void aForgedPathIsForwardedNowhere(String target) throws Exception {
    long epoch = cluster.epoch();
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket socket = new Socket()) {
      URI follower = cluster.drill().url(FOLLOWER);
      socket.connect(new InetSocketAddress(follower.getHost(), follower.getPort()));
      socket.setSoTimeout((int) PATIENCE.toMillis());
      String body = "{\"servers\": 2}";
      String head =
          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(target.formatted(elsewhere.getLocalPort()), body.length(), body);
      socket.getOutputStream().write(head.getBytes(UTF_8));

      String answer =
          new String(socket.getInputStream().readNBytes("HTTP/1.1 400".length()), UTF_8);

      assertThat(answer).matches("HTTP/1.1 4\\d\\d");
      elsewhere.setSoTimeout(300);
      assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(cluster.epoch()).isEqualTo(epoch);
  }

  @Test
  @Order(5)
  void whoWatchesAndDoesNotReadTakesNobodysPlace() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        silent.add(watcher("127.0.0.2"));
      }
      try (Socket reader = watcher("127.0.0.3")) {
        reader.setSoTimeout((int) PATIENCE.toMillis());
        byte[] status = reader.getInputStream().readNBytes("HTTP/1.1 200".length());

        assertThat(new String(status, UTF_8)).isEqualTo("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
    cluster.goesOn(cluster.epoch(), ZONE1);
  }

  private static boolean observedSince(Instant since, ZoneId zone) {
    return cluster.read(Topics.JOURNAL).stream()
        .anyMatch(entry ->
            entry.time().isAfter(since)
                && entry.value() instanceof LoadObserved observed
                && observed.zone().equals(zone));
  }

  private static ServerId only(ZoneId zone) {
    List<ServerId> found =
        cluster.running().stream().filter(server -> server.zone().equals(zone)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Socket watcher(String from) throws IOException {
    URI monitor = cluster.drill().url(LEADER);
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(monitor.getHost(), monitor.getPort()));
    socket
        .getOutputStream()
        .write(
            "GET /v1/events?lastEventId=0:0,1:0,2:0,3:0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                .getBytes(UTF_8));
    return socket;
  }
}
