package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections of which one side ends before the other. */
final class HalfCloseIT {
  private static final int LARGE_BYTES = 24 << 20;
  private static final long BUFFERED_MAX_BYTES = 1 << 20;
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String ASK =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  private static TestBed bed(Transport transport) {
    return new TestBed(TestBed.config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO), transport));
  }

  private static TestServer large(boolean closes) throws IOException {
    return TestServer.replying(
        id(1),
        (request, connection) -> {
          connection.send(
              "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n"
                  .formatted(closes ? "Connection: close\r\n" : "", LARGE_BYTES));
          byte[] part = new byte[64 * 1024];
          for (int sent = 0; sent < LARGE_BYTES; sent += part.length) {
            connection.out().write(part);
          }
          return !closes;
        });
  }

  /** Goes on as soon as it is no question any more that the end belongs to the request. */
  private static void passesMoreTimeThanAnEndWithTheRequestTakes() {
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "EPOLL_CHANNELS", "NIO"})
  void aClientThatEndsWithItsRequestGetsAllOfALargeResponse(Transport transport) throws Exception {
    try (TestBed bed = bed(transport);
        TestServer server = large(false);
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send(GET).endInput();
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);

      assertThat(client.response().text()).hasSize(LARGE_BYTES);
      assertThat(client.closed()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "EPOLL_CHANNELS", "NIO"})
  void aClientThatEndsWhileItReadsGetsTheRest(Transport transport) throws Exception {
    try (TestBed bed = bed(transport);
        TestServer server = large(false);
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send(GET);
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      passesMoreTimeThanAnEndWithTheRequestTakes();
      client.endInput();

      assertThat(client.response().text()).hasSize(LARGE_BYTES);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "EPOLL_CHANNELS", "NIO"})
  void whatAServerThatHasEndedLeftBehindIsNotHoarded(Transport transport) throws Exception {
    try (TestBed bed = bed(transport);
        TestServer server = large(true);
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send(GET);
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      assertThat(Message.read(client.in(), true, false)).isPresent();
      // The server has ended once its last bytes fit into the sockets' buffers.
      int read = 0;
      while (read < LARGE_BYTES) {
        assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);
        int part = client.in().readNBytes(Math.min(128 * 1024, LARGE_BYTES - read)).length;
        assertThat(part).isPositive();
        read += part;
      }
      assertThat(read).isEqualTo(LARGE_BYTES);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "EPOLL_CHANNELS", "NIO"})
  void theServerOfATunnelMayGoOnAfterTheClientHasEnded(Transport transport) throws Exception {
    byte[] late = new byte[300_000];
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (TestBed bed = bed(transport);
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  if (connection.request().isPresent()) {
                    connection.send(SWITCH);
                    heard.complete(new String(connection.in().readAllBytes(), ISO_8859_1));
                    connection.out().write(late);
                  }
                });
        TestClient client = bed.alive(server).client()) {
      client.send(ASK);
      assertThat(client.bodiless().status()).isEqualTo(101);
      client.send("question").endInput();

      assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("question");
      assertThat(client.in().readAllBytes()).hasSize(late.length);
      await().until(() -> bed.proxy.inFlight(id(1)) == 0 && bed.proxy.openConnections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "EPOLL_CHANNELS", "NIO"})
  void theClientOfATunnelMayGoOnAfterTheServerHasEnded(Transport transport) throws Exception {
    byte[] late = new byte[300_000];
    CompletableFuture<Integer> heard = new CompletableFuture<>();
    try (TestBed bed = bed(transport);
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  if (connection.request().isPresent()) {
                    connection.send(SWITCH + "greeting");
                    connection.endOutput();
                    heard.complete(connection.in().readAllBytes().length);
                  }
                });
        TestClient client = bed.alive(server).client()) {
      client.send(ASK);
      assertThat(client.bodiless().status()).isEqualTo(101);
      assertThat(new String(client.in().readAllBytes(), ISO_8859_1)).isEqualTo("greeting");
      client.out().write(late);
      client.endInput();

      assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(late.length);
      await().until(() -> bed.proxy.inFlight(id(1)) == 0 && bed.proxy.openConnections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "EPOLL_CHANNELS", "NIO"})
  void aClientThatEndsLaterHasLeftAndItsServerLearnsIt(Transport transport) throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (TestBed bed = bed(transport);
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  if (connection.in().read() < 0) {
                    left.countDown();
                  }
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      client.send(GET);
      await().until(() -> bed.proxy.inFlight(id(1)) == 1);
      passesMoreTimeThanAnEndWithTheRequestTakes();
      client.leave();

      assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
      await().until(() -> bed.count(Count.CLIENT_ABORTS) == 1);
      assertThat(bed.proxy.openConnections()).isZero();
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @Test
  void aQuietStreamWhoseClientEndedEnds() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (TestBed bed = bed(Transport.AUTO);
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(
                      "HTTP/1.1 200 OK^Content-Type: text/event-stream^Transfer-Encoding: chunked^^7^data: x^"
                          .replace("^", "\r\n"));
                  if (connection.in().read() < 0) {
                    left.countDown();
                  }
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      client.send(GET);
      assertThat(Message.read(client.in(), true, false)).isPresent();
      passesMoreTimeThanAnEndWithTheRequestTakes();
      client.leave();

      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whoLeavesWhileItWaitsIsNotServedLater() throws Exception {
    ProxyTimeouts patient = ProxyTimeouts.DEFAULT.withHold(Duration.ofSeconds(20));
    try (TestBed bed = new TestBed(TestBed.config(patient));
        TestServer late = TestServer.naming(id(1))) {
      for (int i = 0; i < 10; i++) {
        try (TestClient client = bed.client()) {
          client.send(GET);
          await().until(() -> bed.proxy.waiting() == 1);
          passesMoreTimeThanAnEndWithTheRequestTakes();
        }
        await().until(() -> bed.proxy.waiting() == 0);
      }
      bed.alive(late);
      try (TestClient next = bed.client()) {
        assertThat(next.get("/").text()).isEqualTo("zone1-1");
      }
      assertThat(late.requests).hasSize(1);
    }
  }
}
