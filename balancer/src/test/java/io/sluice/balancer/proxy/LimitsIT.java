package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is refused, and what is not waited for. */
final class LimitsIT {
  @ParameterizedTest
  @CsvSource({
    "400, 'GET / HTTP/1.1~Host: a^^'",
    "400, 'GET / HTTP/1.1^^'",
    "400, 'GET / HTTP/1.1^Host: a^Host: a^^'",
    "400, 'GET / HTTP/1.1^Host: a^X: y^ z^^'",
    "400, 'GET / HTTP/1.1^Host: a^X : y^^'",
    "400, 'POST / HTTP/1.1^Host: a^Content-Length: 1^Transfer-Encoding: chunked^^'",
    "400, 'POST / HTTP/1.1^Host: a^Content-Length: 1^Content-Length: 1^^'",
    "400, 'POST / HTTP/1.1^Host: a^Transfer-Encoding: chunked^^g^'",
    "400, 'POST / HTTP/1.1^Host: a^Transfer-Encoding: chunked^^1^ab'",
    "501, 'POST / HTTP/1.1^Host: a^Transfer-Encoding: gzip^^'",
    "400, 'GET a:80 HTTP/1.1^Host: a^^'",
    "405, 'CONNECT a:80 HTTP/1.1^Host: a^^'",
    "417, 'POST / HTTP/1.1^Host: a^Expect: more^^'",
    "505, 'GET / HTTP/3.0^Host: a^^'"
  })
  void refusesWithAReasonAndCloses(int status, String pattern) throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send(pattern.replace("^", "\r\n").replace("~", "\n"));

      Message response = client.response();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.field("connection")).contains("close");
      assertThat(response.text()).isNotBlank();
      assertThat(client.closed()).isTrue();
      assertThat(server.requests).isEmpty();
      assertThat(bed.count(Count.REFUSED)).isEqualTo(1);
    }
  }

  @Test
  void refusesLongLinesAndLargeHeads() throws Exception {
    try (TestBed bed = new TestBed();
        TestClient line = bed.client();
        TestClient head = bed.client();
        TestClient fields = bed.client()) {
      line.send("GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(line.response().status()).isEqualTo(414);
      head.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
      assertThat(head.response().status()).isEqualTo(431);
      fields.send("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(100) + "\r\n");
      assertThat(fields.response().status()).isEqualTo(431);
    }
  }

  @Test
  void readsAHeadThatComesByteByByte() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      for (char octet : "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n".toCharArray()) {
        client.send(String.valueOf(octet));
      }
      assertThat(client.response().status()).isEqualTo(200);
    }
  }

  @Test
  void doesNotWaitForAHeadForEver() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestClient half = bed.client();
        TestClient silent = bed.client()) {
      half.send("GET / HTTP/1.1\r\nHo");

      assertThat(half.response().status()).isEqualTo(408);
      assertThat(half.closed()).isTrue();
      assertThat(silent.closed()).isTrue();
    }
  }

  @Test
  void anEmptyLineBehindABodyIsNoBeginningOfARequest() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi\r\n");
      assertThat(client.response().status()).isEqualTo(200);
      try (TestClient half = bed.client()) {
        assertThat(half.send("GET / HTTP/1.1\r\nHo").response().status()).isEqualTo(408);
      }

      assertThat(client.get("/").status()).as("a head would be late by now").isEqualTo(200);
      assertThat(bed.count(Count.CLIENT_TIMEOUTS)).isEqualTo(1);
    }
  }

  @Test
  void closesIdleConnections() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(client.closed()).isTrue();
    }
  }

  @Test
  void doesNotWaitForABodyForEver() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
      assertThat(client.response().status()).isEqualTo(408);
      assertThat(bed.unreachable).as("the client's fault").isEmpty();
    }
  }

  @Test
  void answers504WhenTheServerIsSilent() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server =
            new TestServer(id(1), connection -> await().until(() -> connection.in().read() < 0));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(504);
      assertThat(client.get("/").status()).isEqualTo(504);
      assertThat(bed.count(Count.GATEWAY_TIMEOUTS)).isEqualTo(2);
      assertThat(bed.proxy.inFlight(id(1))).isZero();
    }
  }

  @Test
  void cutsOffAResponseThatStopsInTheMiddle() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha");
                  await().until(() -> connection.in().read() < 0);
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      assertThatThrownBy(() -> client.get("/")).hasMessageContaining("ended after 2");
    }
  }

  @Test
  void letsGoOfTheServerWhenTheClientIsGone() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(id(1), connection -> await().until(() -> connection.in().read() < 0))) {
      bed.alive(server);
      try (TestClient client = bed.client()) {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nha");
        await().until(() -> bed.proxy.inFlight(id(1)) == 1);
      }
      await().until(() -> bed.proxy.inFlight(id(1)) == 0);
      assertThat(bed.count(Count.CLIENT_ABORTS)).isEqualTo(1);
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @Test
  void lettingGoFinishesWhatIsUnderWay() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        TestClient busy = bed.alive(server).client();
        TestClient idle = bed.client()) {
      busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.inFlight(id(1)) == 1);
      Thread closing = Thread.ofVirtual().start(() -> bed.proxy.close(Duration.ofSeconds(5)));
      assertThat(idle.closed()).isTrue();

      mayAnswer.countDown();

      Message response = busy.response();
      assertThat(response.text()).isEqualTo("late");
      assertThat(response.field("connection")).contains("close");
      assertThat(closing.join(Duration.ofSeconds(4))).isTrue();
    }
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    try (TestBed first = new TestBed();
        ServerSocket other = new ServerSocket(0)) {
      for (int port : new int[] {first.proxy.address().getPort(), other.getLocalPort()}) {
        ProxyConfig taken = TestBed.config(ProxyTimeouts.DEFAULT).withPort(port);
        assertThatThrownBy(() -> new TestBed(taken))
            .isInstanceOf(ProxyException.class)
            .hasMessageContaining("port " + port);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"NIO", "EPOLL", "EPOLL_CHANNELS"})
  void servesOverEveryTransport(Transport transport) throws Exception {
    try (TestBed bed =
            new TestBed(TestBed.config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO), transport));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client();
        TestClient other = bed.client()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone1-1");
        assertThat(other.get("/").text()).isEqualTo("zone1-1");
      }
      server.kill();
      assertThat(client.get("/").status()).isEqualTo(503);
    }
  }
}
