package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers of HTTP/2, good and bad, told frame by frame what to do. */
@Timeout(60)
final class ServerStreamsIT {
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

  private final List<AutoCloseable> all = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : all.reversed()) {
      one.close();
    }
  }

  private TestBed bed(StreamServer... servers) {
    TestBed bed = new TestBed();
    all.addAll(Arrays.asList(servers));
    all.add(bed);
    bed.routing.set(
        new Routing(Arrays.stream(servers).map(StreamServer::target).toList(), List.of()));
    return bed;
  }

  private static byte[] reset(Http2Error why) {
    return Http2Peer.number((int) why.code());
  }

  @Test
  void aRequestIsWrittenAsHttp2HasIt() throws Exception {
    List<Map<String, String>> heads = new ArrayList<>();
    List<String> bodies = new ArrayList<>();
    TestBed bed =
        bed(
            new StreamServer(
                id(1),
                server -> {
                  for (int stream = server.request(); stream != 0; stream = server.request()) {
                    heads.addAll(server.heard(stream).heads);
                    bodies.add(server.heard(stream).text());
                    server.head(stream, true, ":status", "204");
                  }
                }));
    try (TestClient client = bed.client()) {
      client.send("GET /x?y=z HTTP/1.1\r\nHost: shop\r\nTE: trailers\r\nConnection: te\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(204);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(204);
    }

    assertThat(heads.getFirst())
        .containsEntry(":method", "GET")
        .containsEntry(":scheme", "http")
        .containsEntry(":authority", "shop")
        .containsEntry(":path", "/x?y=z")
        .containsEntry("te", "trailers")
        .containsEntry("x-forwarded-for", "127.0.0.1")
        .doesNotContainKeys("host", "connection", "transfer-encoding");
    assertThat(heads.get(1)).doesNotContainKeys("transfer-encoding", "content-length");
    assertThat(heads.get(2)).containsEntry("x-sum", "5");
    assertThat(bodies).containsExactly("", "abcde");
  }

  @Test
  void aResponseIsWrittenDownAsHttp1HasIt() throws Exception {
    TestBed bed =
        bed(
            new StreamServer(
                id(1),
                server -> {
                  for (int stream = server.request(); stream != 0; stream = server.request()) {
                    server.head(stream, false, ":status", "103", "link", "</a>");
                    server.head(stream, false, ":status", "200", "x-a", "b");
                    server.data(stream, false, "hello ");
                    server.data(stream, false, "world");
                    server.head(stream, true, "x-sum", "11");
                  }
                }));
    try (TestClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.bodiless().startLine()).startsWith("HTTP/1.1 103");
      Message response = client.response();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.field("x-a")).contains("b");
      assertThat(response.text()).contains("hello ").contains("world");
    }
  }

  @Test
  void whatAServerRefusedIsSentToAnotherOneWhateverItIs() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    StreamServer refusing =
        new StreamServer(
            id(1),
            server -> {
              for (int stream = server.request(); stream != 0; stream = server.request()) {
                refused.incrementAndGet();
                server.frame(Http2Peer.RST_STREAM, 0, stream, reset(Http2Error.REFUSED_STREAM));
              }
            });
    TestBed bed = bed(refusing, StreamServer.naming(id(2)));
    try (TestClient client = bed.client()) {
      for (int i = 0; i < 6; i++) {
        Message response = client.send(POST).response();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).contains("zone1-2");
      }
    }
    assertThat(refused.get()).isPositive();
    assertThat(bed.unreachable).isEmpty();
    assertThat(bed.failing).isEmpty();
  }

  @Test
  void whatAServerThatGoesAwayDidNotTouchIsSentAgain() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    StreamServer leaving =
        new StreamServer(
            id(1),
            server -> {
              boolean first = connections.incrementAndGet() == 1;
              for (int stream = server.request(); stream != 0; stream = server.request()) {
                if (first) {
                  byte[] last = ByteBuffer.allocate(8).putInt(0).putInt(0).array();
                  server.frame(Http2Peer.GOAWAY, 0, 0, last);
                } else {
                  server.head(stream, false, ":status", "200").data(stream, true, "second");
                }
              }
            });
    TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT));
    all.add(leaving);
    all.add(bed);
    bed.routing.set(new Routing(List.of(leaving.target()), List.of()));
    try (TestClient client = bed.client()) {
      Message response = client.send(POST).response();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).contains("second");
    }
  }

  @Test
  void whatAServerResetsMayHaveBeenDone() throws Exception {
    StreamServer resetting =
        new StreamServer(
            id(1),
            server -> {
              for (int stream = server.request(); stream != 0; stream = server.request()) {
                server.frame(Http2Peer.RST_STREAM, 0, stream, reset(Http2Error.INTERNAL_ERROR));
              }
            });
    StreamServer other = StreamServer.naming(id(2));
    TestBed bed = bed(resetting, other);
    List<Integer> statuses = new ArrayList<>();
    try (TestClient client = bed.client()) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.get("/").text()).contains("zone1-2");
        statuses.add(client.send(POST).response().status());
      }
    }
    assertThat(statuses).contains(502);
    assertThat(bed.unreachable).isEmpty();
  }

  @Test
  void aServerThatSpeaksSomethingElseIsNotSentARequest() throws Exception {
    try (TestServer http1 = TestServer.naming(id(1))) {
      TestBed bed = new TestBed();
      all.add(bed);
      var address = http1.target().address();
      URI h2c = URI.create("h2c://127.0.0.1:" + address.getPort());
      bed.routing.set(new Routing(List.of(new Target(id(1), h2c, 100)), List.of()));
      try (TestClient client = bed.client()) {
        assertThat(client.send(POST).response().status()).isEqualTo(503);
      }
      assertThat(bed.unreachable).containsKey(id(1));
    }
  }

  @Test
  void headsThatNeverEndEndTheConnection() throws Exception {
    StreamServer flooding =
        new StreamServer(
            id(1),
            server -> {
              int stream = server.request();
              server.frame(Http2Peer.HEADERS, 0, stream, Http2Peer.block(":status", "200"));
              byte[] more = Http2Peer.block("x", "y".repeat(10_000));
              for (int i = 0; i < 100_000; i++) {
                server.frame(Http2Peer.CONTINUATION, 0, stream, more);
              }
            });
    TestBed bed = bed(flooding);
    try (TestClient client = bed.client()) {
      assertThat(client.send(POST).response().status()).isEqualTo(502);
      assertThat(bed.proxy.bufferedBytes()).isLessThan(1_000_000);
    }
  }

  @Test
  void framesThatLeadToNothingEndTheConnection() throws Exception {
    byte[] none = new byte[0];
    byte[] ping = new byte[8];
    List<byte[]> floods =
        List.of(
            Http2Peer.bytes(Http2Peer.SETTINGS, 0, 0, none),
            Http2Peer.bytes(Http2Peer.PING, 0, 0, ping),
            Http2Peer.bytes(Http2Peer.WINDOW_UPDATE, 0, 0, Http2Peer.number(1)),
            Http2Peer.bytes(0x42, 0, 0, none));
    for (byte[] flood : floods) {
      CountDownLatch ended = new CountDownLatch(1);
      StreamServer flooding =
          new StreamServer(
              id(1),
              server -> {
                int _ = server.request();
                try {
                  for (int i = 0; i < 1_000_000; i++) {
                    server.raw(flood);
                  }
                } finally {
                  ended.countDown();
                }
              });
      TestBed bed = bed(flooding);
      try (TestClient client = bed.client()) {
        assertThat(client.send(POST).response().status()).isEqualTo(502);
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void malformedHeadsAreNotPassedOn() throws Exception {
    List<String[]> heads =
        List.of(
            new String[] {":status", "200", "x", "a\r\nset-cookie: b"},
            new String[] {":status", "200", "x", "a\0"},
            new String[] {":status", "200", "X-Upper", "a"},
            new String[] {":status", "200", "transfer-encoding", "chunked"},
            new String[] {":status", "200", "connection", "close"},
            new String[] {":status", "2000"},
            new String[] {":status", "101"},
            new String[] {"x", "y"},
            new String[] {":status", "200", "content-length", "x"},
            new String[] {":status", "200", "content-length", "3", "content-length", "4"});
    for (String[] head : heads) {
      StreamServer malformed =
          new StreamServer(
              id(1),
              server -> {
                for (int stream = server.request(); stream != 0; stream = server.request()) {
                  server.head(stream, false, head);
                }
              });
      TestBed bed = bed(malformed);
      try (TestClient client = bed.client()) {
        assertThat(client.send(POST).response().status()).as(String.join(" ", head)).isEqualTo(502);
      }
    }
  }

  @Test
  void aBodyThatIsNotAsLongAsWasSaidBreaksOff() throws Exception {
    StreamServer shorter =
        new StreamServer(
            id(1),
            server -> {
              int stream = server.request();
              server.head(stream, false, ":status", "200", "content-length", "10");
              server.data(stream, true, "short");
              int _ = server.request();
            });
    TestBed bed = bed(shorter);
    try (TestClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(new String(client.in().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 200")
          .contains("content-length: 10");
      assertThat(bed.count(Count.TRUNCATED)).isEqualTo(1);
    }
  }

  @Test
  void aResponseIsOverOnceItIsWholeWhetherOrNotItsEndIsSaid() throws Exception {
    StreamServer late =
        new StreamServer(
            id(1),
            server -> {
              for (int stream = server.request(); stream != 0; stream = server.request()) {
                server.head(stream, false, ":status", "200", "content-length", "2");
                server.data(stream, false, "ok");
              }
            });
    TestBed bed = bed(late);
    try (TestClient client = bed.client()) {
      for (int i = 0; i < 300; i++) {
        assertThat(client.get("/").text()).isEqualTo("ok");
      }
    }
    // Streams that are not ended count as open: they are reset in the end.
    assertThat(late.connections.get()).isBetween(1, 4);
  }

  @Test
  void aServerThatDoesNotReadStopsItsClient() throws Exception {
    CountDownLatch enough = new CountDownLatch(1);
    StreamServer deaf =
        new StreamServer(
            id(1),
            server -> {
              boolean began = false;
              while (!began) {
                began = server.next().orElseThrow().type() == Http2Peer.DATA;
              }
              try {
                enough.await();
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            });
    TestBed bed = bed(deaf);
    try (TestClient client = bed.client()) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
              for (int i = 0; i < 500; i++) {
                client.send("x".repeat(100_000));
              }
            } catch (IOException cut) {
              enough.countDown();
            }
          });
      await().during(500, TimeUnit.MILLISECONDS).until(() -> bed.proxy.bufferedBytes() < 1_000_000);
    } finally {
      enough.countDown();
    }
  }

  @Test
  void aConnectionThatWasIdleIsAskedBeforeItIsTrusted() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    StreamServer forgetful =
        new StreamServer(
            id(1),
            server -> {
              boolean first = connections.incrementAndGet() == 1;
              int stream = server.request();
              server.head(stream, true, ":status", "204");
              if (first) {
                // As one whose connections somebody in between has forgotten: nothing comes back.
                server.deaf();
                return;
              }
              for (stream = server.request(); stream != 0; stream = server.request()) {
                server.head(stream, true, ":status", "204");
              }
            });
    TestBed bed = bed(forgetful);
    try (TestClient client = bed.client()) {
      assertThat(client.send(POST).bodiless().status()).isEqualTo(204);
      await().pollDelay(1500, TimeUnit.MILLISECONDS).until(() -> true);

      assertThat(client.send(POST).bodiless().status()).isEqualTo(204);
      assertThat(connections).hasValue(2);
    }
  }
}
