package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down about requests. */
final class AccountIT {
  @TempDir private Path directory = Path.of("");

  @Test
  void everyRequestHasItsLine() throws Exception {
    Path file = directory.resolve("access.log");
    ProxyConfig config =
        TestBed.config(ProxyTimeouts.DEFAULT)
            .withListener(
                new ListenerConfig(
                    Set.of(),
                    new AccessLogConfig(AccessFormat.COMBINED, Optional.of(file)),
                    Optional.empty()));
    try (TestBed bed = new TestBed(config);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client();
        TestClient broken = bed.client()) {
      client.send("GET /a?b HTTP/1.1\r\nHost: a\r\nUser-Agent: \"me\"\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.send("GET /c HTTP/1.0\r\n\r\n").response().status()).isEqualTo(200);
      assertThat(broken.send("GET /\r\n\r\n").response().status()).isEqualTo(400);

      await().until(() -> Files.readAllLines(file).size() == 3);

      List<String> lines = Files.readAllLines(file);
      assertThat(lines)
          .anyMatch(line -> line.endsWith("\"GET /a?b HTTP/1.1\" 200 7 \"-\" \"\\x22me\\x22\""))
          .anyMatch(line -> line.endsWith("\"GET /c HTTP/1.0\" 200 7 \"-\" \"-\""))
          .anyMatch(line -> line.contains("\"-\" 400 "))
          .allMatch(line -> line.startsWith("127.0.0.1 - - ["));
    }
  }

  @Test
  void howLongRequestsTookIsKnownPerServerAndForAll() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      assertThat(bed.proxy.latencies().count()).isEqualTo(6);
      assertThat(bed.proxy.latencies().sumNanos()).isPositive();
      assertThat(bed.proxy.latenciesByServer()).containsOnlyKeys(id(1), id(2));
      assertThat(bed.proxy.latenciesByServer().values())
          .allMatch(latencies -> latencies.count() == 3);
    }
  }

  @Test
  void whatGoesOnForAsLongAsTheTwoSidesLikeCountsWithTheTimeToItsHead() throws Exception {
    String socket = "HTTP/1.1 101 Switching^Connection: Upgrade^Upgrade: websocket^^";
    String events = "HTTP/1.1 200 OK^Content-Type: text/event-stream^^";
    for (String head : List.of(socket, events)) {
      CountDownLatch mayEnd = new CountDownLatch(1);
      try (TestBed bed = new TestBed();
          TestServer server =
              new TestServer(
                  id(1),
                  connection -> {
                    if (connection.request().isPresent()) {
                      connection.send(head.replace("^", "\r\n") + "first");
                      await().until(() -> mayEnd.await(10, TimeUnit.SECONDS));
                    }
                  });
          TestClient client = bed.alive(server).client()) {
        client.send(
            "GET / HTTP/1.1^Host: a^Connection: Upgrade^Upgrade: websocket^^".replace("^", "\r\n"));
        assertThat(client.bodiless().status()).isIn(101, 200);
        Latencies open = bed.proxy.latencies();
        assertThat(open.count()).as("it is open").isEqualTo(1);

        mayEnd.countDown();
        client.reset();

        await().until(() -> bed.proxy.inFlight(id(1)) == 0);
        assertThat(bed.proxy.latencies()).as("its end counts no more").isEqualTo(open);
        assertThat(bed.proxy.latenciesByServer()).containsExactly(Map.entry(id(1), open));
      }
    }
  }

  private ProxyConfig logging(ProxyTimeouts timeouts, Path file) {
    return TestBed.config(timeouts)
        .withListener(
            new ListenerConfig(
                Set.of(),
                new AccessLogConfig(AccessFormat.COMMON, Optional.of(file)),
                Optional.empty()));
  }

  @Test
  void aLogIsWrittenUntilTheLastOfThoseWhoShareItHasEnded() throws Exception {
    Path first = directory.resolve("first.log");
    Path second = directory.resolve("second.log");
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (TestBed bed = new TestBed(logging(ProxyTimeouts.DEFAULT, first));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  await().until(() -> mayEnd.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      client.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> server.requests.size() == 1);
      bed.proxy.become(logging(TestBed.QUICK, first));
      bed.proxy.become(logging(TestBed.QUICK, second));

      mayEnd.countDown();

      assertThat(client.response().text()).isEqualTo("late");
      await().until(() -> Files.readString(first).contains("GET /late "));
    }
  }
}
