package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.Http2Peer.get;
import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.http.Networks;
import io.sluice.balancer.limit.ClientRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 to clients: what passes, and how. */
final class Http2IT {
  private static final ProxyTimeouts NO_HOLD = ProxyTimeouts.DEFAULT.withHold(Duration.ZERO);

  @TempDir private Path directory = Path.of("");

  static ProxyConfig config(ProxyTimeouts timeouts, Http2Config http2) {
    return TestBed.config(timeouts)
        .withListener(ListenerConfig.DEFAULT.withHttp2(http2.withPriorKnowledge(true)));
  }

  private static TestBed bed() {
    return new TestBed(config(NO_HOLD, Http2Config.DEFAULT));
  }

  @Test
  void manyRequestsShareAConnectionAndReachServersAsTheyWouldOverHttp1() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      for (int i = 0; i < 50; i++) {
        client.head(2 * i + 1, true, get("/p?q=" + i, "cookie", "a=1", "cookie", "b=2"));
      }
      for (int i = 0; i < 50; i++) {
        Http2Peer.Answer answer = client.answer(2 * i + 1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("zone1-1");
      }
      Message seen = server.requests.getFirst();
      assertThat(seen.startLine()).startsWith("GET /p?q=").endsWith(" HTTP/1.1");
      assertThat(seen.field("host")).contains("a");
      assertThat(seen.field("cookie")).contains("a=1; b=2");
      assertThat(seen.field("x-forwarded-for")).contains("127.0.0.1");
      assertThat(bed.count(Count.HTTP2_CONNECTIONS)).isEqualTo(1);
      assertThat(bed.count(Count.HTTP2_REQUESTS)).isEqualTo(50);
      assertThat(bed.count(Count.REQUESTS)).isEqualTo(50);
      await().until(() -> bed.proxy.inFlight(id(1)) == 0);
    }
  }

  @Test
  void atTheSameAddressHttp1IsSpokenToo() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client();
        TestClient slow = bed.client()) {
      assertThat(client.get("/").text()).isEqualTo("zone1-1");
      slow.send("P");
      assertThat(slow.send("RI /x HTTP/1.1\r\nHost: a\r\n\r\n").response().status()).isEqualTo(200);
      assertThat(server.requests.getLast().startLine()).isEqualTo("PRI /x HTTP/1.1");
    }
  }

  @Test
  void responseHeadsAreOfHttp2() throws Exception {
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 100 Continue\r\n\r\n");
                  connection.send("HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n");
                  connection.send("HTTP/1.1 201 Created\r\nX-Own:  v \r\nConnection: x-gone\r\n");
                  connection.send("X-Gone: 1\r\nKeep-Alive: 5\r\nSet-Cookie: a\r\n");
                  connection.send("Set-Cookie: b\r\nContent-Length: 2\r\n\r\nok");
                  return true;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      Http2Peer.Answer answer = client.get(1, "/");
      assertThat(answer.heads)
          .extracting(head -> head.get(":status"))
          .containsExactly("100", "103", "201");
      Map<String, String> last = answer.heads.getLast();
      assertThat(last)
          .containsEntry("x-own", "v")
          .containsEntry("set-cookie", "a | b")
          .containsEntry("content-length", "2")
          .containsKey("date")
          .doesNotContainKeys("connection", "x-gone", "keep-alive", "X-Own");
      assertThat(answer.text()).isEqualTo("ok");
    }
  }

  @Test
  void chunksAreTakenOffAndTrailersPass() throws Exception {
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n");
                  connection.send("Trailer: grpc-status\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n");
                  connection.send("0\r\nGrpc-Status: 0\r\nX-B: c\r\n\r\n");
                  return true;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      Http2Peer.Answer answer = client.get(1, "/");
      assertThat(answer.text()).isEqualTo("abcdefg");
      assertThat(answer.head()).doesNotContainKey("transfer-encoding");
      assertThat(answer.heads.getLast())
          .containsOnly(Map.entry("grpc-status", "0"), Map.entry("x-b", "c"));
      assertThat(answer.ended).isTrue();
    }
  }

  @Test
  void bodiesWithAndWithoutALengthAndTrailersReachTheServer() throws Exception {
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(TestServer.ok(request.text()));
                  return true;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      String[] sized = Http2Peer.fields("POST", "/", "content-length", "6");
      client.head(1, false, sized).data(1, false, "abc").data(1, true, "def");
      assertThat(client.answer(1).text()).isEqualTo("abcdef");
      assertThat(server.requests.getFirst().field("content-length")).contains("6");

      client.head(3, false, Http2Peer.fields("POST", "/")).data(3, false, "12").data(3, false, "");
      client.data(3, false, "345").head(3, true, "x-sum", "9");
      assertThat(client.answer(3).text()).contains("12").contains("345");
      assertThat(server.requests.get(1).field("transfer-encoding")).contains("chunked");
    }
  }

  @Test
  void aResponseWithoutABodyEndsWithItsHead() throws Exception {
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  boolean head = request.startLine().startsWith("HEAD");
                  connection.send(
                      head
                          ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
                          : "HTTP/1.1 204 No Content\r\n\r\n");
                  return true;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      Http2Peer.Answer none = client.get(1, "/");
      assertThat(none.status()).isEqualTo(204);
      assertThat(none.ended).isTrue();
      Http2Peer.Answer head = client.head(3, true, Http2Peer.fields("HEAD", "/")).answer(3);
      assertThat(head.head()).containsEntry("content-length", "99");
      assertThat(head.body.size()).isZero();
    }
  }

  @Test
  void aBodyThatBreaksOffEndsInAReset() throws Exception {
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  boolean sized = request.startLine().contains("/sized");
                  connection.send(
                      "HTTP/1.1 200 OK\r\n"
                          + (sized ? "Content-Length: 100\r\n\r\n" : "\r\n")
                          + "half");
                  if (!sized) {
                    connection.reset();
                  }
                  return false;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      assertThat(client.get(1, "/sized").reset).contains(2);
      assertThat(client.get(3, "/unsized").reset).contains(2);
      assertThat(client.get(5, "/sized").status()).as("the connection goes on").isEqualTo(200);
    }
  }

  @Test
  void aLargeBodyWaitsForItsWindowAndOthersGoAheadOfIt() throws Exception {
    int size = 3_000_000;
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  boolean large = request.startLine().contains("/large");
                  connection.send(TestServer.ok(large ? "x".repeat(size) : "small"));
                  return true;
                });
        Http2Peer client =
            new Http2Peer(bed.alive(server).proxy.address(), Http2Peer.setting(4, 1000))) {
      client.head(1, true, get("/large"));
      assertThat(client.get(3, "/small").text()).isEqualTo("small");
      await().until(() -> bed.proxy.bufferedBytes() > 100_000);
      assertThat(bed.proxy.bufferedBytes()).as("the server waits").isLessThan(600_000);

      client.frame(Http2Peer.WINDOW_UPDATE, 0, 0, Http2Peer.number(100_000_000));
      client.frame(Http2Peer.WINDOW_UPDATE, 0, 1, Http2Peer.number(100_000_000));
      assertThat(client.answer(1).body.size()).isEqualTo(size);
      await().until(() -> bed.proxy.bufferedBytes() < 1000);
    }
  }

  private static void readLastChunk(TestServer.Connection connection) throws IOException {
    String end = "0\r\n\r\n";
    int same = 0;
    while (same < end.length()) {
      int octet = connection.in().read();
      if (octet < 0) {
        return;
      }
      same = octet == end.charAt(same) ? same + 1 : octet == '0' ? 1 : 0;
    }
  }

  @Test
  void anUploadThatTheServerDoesNotReadWaitsAndKeepsNobodyElse() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    try (TestBed bed = bed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  byte[] start = connection.in().readNBytes(5);
                  if (start[0] == 'P') {
                    await().until(() -> mayRead.await(20, TimeUnit.SECONDS));
                    readLastChunk(connection);
                  } else {
                    connection.in().readNBytes(1);
                  }
                  connection.send(TestServer.ok("read"));
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      client.settled().head(1, false, Http2Peer.fields("POST", "/"));
      int sent = 0;
      String part = "y".repeat(16_000);
      // Until the window is used up: nothing comes back while the server does not read.
      for (int i = 0; i < 16; i++) {
        client.data(1, false, part);
        sent += part.length();
      }
      Http2Peer.Answer other = client.get(3, "/");
      assertThat(other.text())
          .as("%s %s %s", other.heads, other.reset, client.farewell)
          .isEqualTo("read");
      assertThat(bed.proxy.bufferedBytes()).isLessThan(1_000_000);
      mayRead.countDown();
      client.data(1, true, "");
      assertThat(sent).isEqualTo(256_000);
      Http2Peer.Answer upload = client.answer(1);
      assertThat(upload.text())
          .as("%s %s %s", upload.heads, upload.reset, client.farewell)
          .isEqualTo("read");
    }
  }

  @Test
  void aRequestThatIsTakenBackIsGivenUpAtTheServerToo() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (TestBed bed = bed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  connection.request();
                  asked.countDown();
                  if (connection.in().read() < 0) {
                    ended.countDown();
                  }
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      client.head(1, true, get("/"));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      client.frame(Http2Peer.RST_STREAM, 0, 1, Http2Peer.number(8));
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
      await().until(() -> bed.count(Count.CLIENT_ABORTS) == 1);
      assertThat(bed.proxy.inFlight(id(1))).isZero();
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @Test
  void whoClosesTheConnectionHasLeftAllItsRequests() throws Exception {
    CountDownLatch asked = new CountDownLatch(3);
    try (TestBed bed = bed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  connection.request();
                  asked.countDown();
                  var _ = connection.in().read();
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      for (int stream = 1; stream < 7; stream += 2) {
        client.head(stream, true, get("/"));
      }
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      client.leave();
      await().until(() -> bed.proxy.inFlight(id(1)) == 0 && bed.proxy.openConnections() == 0);
      assertThat(bed.count(Count.CLIENT_ABORTS)).isEqualTo(3);
    }
  }

  @Test
  void ourOwnAnswersAreThoseOfHttp1() throws Exception {
    ProxyConfig limited =
        config(NO_HOLD, Http2Config.DEFAULT)
            .withClients(
                new ClientLimits(
                    100,
                    0,
                    5,
                    new PerClient(
                        0,
                        Optional.of(new ClientRate(0.1, 3, ClientRate.CLIENTS_LEAST)),
                        Networks.NONE)));
    try (TestBed bed = new TestBed(limited);
        Http2Peer client = new Http2Peer(bed.proxy.address())) {
      Http2Peer.Answer none = client.get(1, "/");
      assertThat(none.status()).isEqualTo(503);
      assertThat(none.head()).containsEntry("retry-after", "1");
      assertThat(none.text()).isEqualTo("no server can take the request\n");
      client.head(3, false, Http2Peer.fields("PUT", "/", "content-length", "6"));
      assertThat(client.answer(3).status()).isEqualTo(413);
      assertThat(client.get(5, "/").status()).isEqualTo(503);
      assertThat(client.get(7, "/").status()).isEqualTo(503);
      assertThat(client.get(9, "/").status()).isEqualTo(429);
    }
  }

  @Test
  void theLogSaysWhichVersionWasSpoken() throws Exception {
    Path log = directory.resolve("log");
    ListenerConfig listener =
        new ListenerConfig(
                Set.of(),
                new AccessLogConfig(AccessFormat.COMMON, Optional.of(log)),
                Optional.empty())
            .withHttp2(Http2Config.DEFAULT.withPriorKnowledge(true));
    try (TestBed bed = new TestBed(TestBed.config(NO_HOLD).withListener(listener));
        TestServer server = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      assertThat(client.get(1, "/x").status()).isEqualTo(200);
      await().until(() -> Files.readAllLines(log).size() == 1);
      assertThat(Files.readAllLines(log).getFirst()).contains("\"GET /x HTTP/2.0\" 200 7");
    }
  }

  @Test
  void aConnectionThatIsLeftFinishesItsRequestsAndTakesNoMore() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  asked.countDown();
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address());
        Http2Peer idle = new Http2Peer(bed.proxy.address())) {
      client.head(1, true, get("/"));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      Thread end = Thread.ofVirtual().start(() -> bed.proxy.leave(Duration.ofSeconds(20)));
      while (client.farewell.isEmpty()) {
        assertThat(client.next()).isPresent();
      }
      client.head(3, true, get("/"));
      mayAnswer.countDown();
      assertThat(client.answer(1).text()).isEqualTo("late");
      assertThat(client.answer(3).text()).as("what was on its way").isEqualTo("late");
      assertThat(client.untilClosed()).contains(0);
      assertThat(idle.untilClosed()).contains(0);
      assertThat(end.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void anotherConfigurationLosesNoStream() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      assertThat(client.get(1, "/").status()).isEqualTo(200);
      bed.proxy.become(config(TestBed.QUICK, Http2Config.DEFAULT));
      int stream = 3;
      while (client.farewell.isEmpty()) {
        assertThat(client.get(stream, "/").status()).isEqualTo(200);
        stream += 2;
      }
      assertThat(client.untilClosed()).contains(0);
      try (Http2Peer next = new Http2Peer(bed.proxy.address())) {
        assertThat(next.get(1, "/").status()).isEqualTo(200);
      }
    }
  }
}
