package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Clients that take their time, and clients that are many. */
final class SlowClientsIT {
  private static final String RESPONSE_HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n";

  private static ProxyConfig config(ClientLimits clients) {
    ProxyConfig quick = TestBed.config(TestBed.QUICK);
    return new ProxyConfig(
        quick.host(),
        0,
        2,
        Transport.AUTO,
        ListenerConfig.DEFAULT,
        HeadLimits.DEFAULT,
        clients,
        Balancing.DEFAULT,
        quick.timeouts(),
        RetryRule.DEFAULT,
        RetryBudgetLimits.DEFAULT,
        quick.replayMaxBytes(),
        quick.idlePerServerMax(),
        quick.hops());
  }

  @Test
  void aBodyThatComesByteByByteIsNotWaitedForForEver() throws Exception {
    try (TestBed bed = new TestBed(config(new ClientLimits(100, 1000, 0)));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");

      await()
          .pollInterval(Duration.ofMillis(50))
          .until(() -> {
            client.send("x");
            return client.in().available() > 0;
          });

      assertThat(client.response().status()).isEqualTo(408);
      assertThat(bed.count(Count.CLIENT_TIMEOUTS)).isEqualTo(1);
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @Test
  void aHeadThatComesByteByByteIsNotWaitedForForEver() throws Exception {
    try (TestBed bed = new TestBed(config(ClientLimits.DEFAULT));
        TestClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");

      await()
          .pollInterval(Duration.ofMillis(50))
          .until(() -> {
            client.send("x");
            return client.in().available() > 0;
          });

      assertThat(client.response().status()).isEqualTo(408);
    }
  }

  @Test
  void aReaderThatStopsIsCutOffAndTheServerIsNotBlamed() throws Exception {
    try (TestBed bed = new TestBed(config(new ClientLimits(100, 1000, 0)));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(RESPONSE_HEAD);
                  byte[] part = new byte[64 * 1024];
                  for (int i = 0; i < 1024; i++) {
                    connection.out().write(part);
                  }
                  return true;
                });
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

      await().until(() -> bed.has(Count.CLIENT_TIMEOUTS));

      assertThat(bed.count(Count.TRUNCATED)).isZero();
      assertThat(bed.unreachable).isEmpty();
      assertThatThrownBy(() -> client.in().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aReaderThatKeepsThePaceGetsAllHoweverLongItTakes() throws Exception {
    int size = 300_000;
    try (TestBed bed = new TestBed(config(new ClientLimits(100, 1000, 0)));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(TestServer.ok("x".repeat(size)));
                  return true;
                });
        TestClient client = bed.alive(server).client(4 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(Message.read(client.in(), true, false)).isPresent();
      int[] read = {0};

      await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            read[0] += client.in().readNBytes(Math.min(2000, size - read[0])).length;
            return read[0] == size;
          });

      assertThat(client.closed()).isTrue();
      assertThat(bed.count(Count.CLIENT_TIMEOUTS)).isZero();
    }
  }

  @Test
  void aStreamOfEventsMayBeQuietForLongerThanABody() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  if (request.path().equals("/body")) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
                    return connection.in().read() >= 0;
                  }
                  connection.send(
                      "HTTP/1.1 200 OK^Content-Type: text/event-stream; a=b^Transfer-Encoding: chunked^^1^a^"
                          .replace("^", "\r\n"));
                  await().until(() -> bed.has(Count.TRUNCATED));
                  connection.send("1\r\nb\r\n0\r\n\r\n");
                  return true;
                });
        TestClient client = bed.alive(server).client();
        TestClient other = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.has(Count.RESPONSES_2XX));
      assertThatThrownBy(() -> other.get("/body")).isInstanceOf(IOException.class);

      assertThat(client.response().text()).isEqualTo("ab");
      assertThat(bed.count(Count.TRUNCATED)).isEqualTo(1);
    }
  }

  @Test
  void aServerThatIsQuietInABodyIsNotEjectedForIt() throws Exception {
    Balancing balancing =
        new Balancing(
            PickKind.ROUND_ROBIN, new SlowStart(Duration.ZERO), 0, 10, 1, 1, Optional.empty());
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK, balancing));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
                  return connection.in().read() >= 0;
                });
        TestClient client = bed.alive(server).client()) {
      assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
      assertThat(bed.count(Count.TRUNCATED)).isEqualTo(1);
      assertThat(bed.failing).isEmpty();
    }
  }

  @Test
  void moreClientsThanAllowedAreTurnedAwayAndRoomIsGivenBack() throws Exception {
    try (TestBed bed = new TestBed(config(new ClientLimits(2, 240, 0)));
        TestServer server = TestServer.naming(id(1));
        TestClient first = bed.alive(server).client()) {
      assertThat(first.get("/").status()).isEqualTo(200);
      try (TestClient second = bed.client()) {
        // Connections are taken by several threads: only one that was answered came before.
        assertThat(second.get("/").status()).isEqualTo(200);
        try (TestClient third = bed.client()) {
          third.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nnever...!");
          Message refusal = third.response();
          assertThat(refusal.status()).isEqualTo(503);
          assertThat(refusal.field("retry-after")).isPresent();
          assertThat(bed.count(Count.TURNED_AWAY)).isEqualTo(1);
        }
      }
      await().until(() -> bed.proxy.openConnections() == 1);
      try (TestClient fourth = bed.client()) {
        assertThat(fourth.get("/").status()).isEqualTo(200);
      }
    }
  }

  /** Reads a head, and no more. */
  private static void head(TestServer.Connection connection) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = connection.in().read();
      if (next < 0) {
        throw new IOException("the connection ended in a head");
      }
      head.append((char) next);
    }
  }

  @Test
  void aClientThatKeepsItsRequestOpenGetsItsEventsHoweverLongItSaysNothing() throws Exception {
    String event = "6\r\ndata\n\n\r\n";
    long until = System.nanoTime() + TestBed.QUICK.bodyIdle().multipliedBy(3).toNanos();
    try (TestBed bed = new TestBed(config(new ClientLimits(100, 1000, 0)));
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  head(connection);
                  connection.send(
                      "HTTP/1.1 200 OK^Content-Type: text/event-stream^Transfer-Encoding: chunked^^"
                          .replace("^", "\r\n"));
                  await()
                      .until(() -> {
                        connection.send(event);
                        return System.nanoTime() - until > 0;
                      });
                  connection.send("0\r\n\r\n");
                });
        TestClient client = bed.alive(server).client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");

      assertThat(client.response().text()).startsWith("data").endsWith("data\n\n");
      assertThat(bed.count(Count.TRUNCATED)).isZero();
      assertThat(bed.count(Count.CLIENT_TIMEOUTS)).isZero();
    }
  }

  @Test
  void aReaderThatStopsIsToldFromAServerThatDoesHoweverLittleWaits() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    try (TestBed bed = new TestBed(config(new ClientLimits(100, 1000, 0)));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(RESPONSE_HEAD);
                  byte[] part = new byte[16 * 1024];
                  while (!enough.get()) {
                    connection.out().write(part);
                    await()
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> bed.proxy.bufferedBytes() == 0 || enough.get());
                  }
                  return connection.in().read() >= 0;
                });
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.count(Count.CLIENT_TIMEOUTS) + bed.count(Count.TRUNCATED) > 0);
      enough.set(true);

      assertThat(bed.count(Count.CLIENT_TIMEOUTS)).isEqualTo(1);
      assertThat(bed.count(Count.TRUNCATED)).isZero();
      assertThatThrownBy(() -> client.in().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whoWaitsToBeToldToGoOnIsNotTooSlow() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer hanging =
            new TestServer(
                id(1),
                connection -> {
                  head(connection);
                  assertThat(connection.in().read()).isNegative();
                });
        TestClient client = bed.alive(hanging).client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

      assertThat(client.response().status()).isEqualTo(504);
      assertThat(bed.count(Count.CLIENT_TIMEOUTS)).isZero();
      assertThat(bed.silent).contains(id(1));
    }
  }
}
