package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.Http2Peer.ACK;
import static io.sluice.balancer.proxy.Http2Peer.CONTINUATION;
import static io.sluice.balancer.proxy.Http2Peer.DATA;
import static io.sluice.balancer.proxy.Http2Peer.END_HEADERS;
import static io.sluice.balancer.proxy.Http2Peer.END_STREAM;
import static io.sluice.balancer.proxy.Http2Peer.HEADERS;
import static io.sluice.balancer.proxy.Http2Peer.PING;
import static io.sluice.balancer.proxy.Http2Peer.PRIORITY;
import static io.sluice.balancer.proxy.Http2Peer.RST_STREAM;
import static io.sluice.balancer.proxy.Http2Peer.SETTINGS;
import static io.sluice.balancer.proxy.Http2Peer.WINDOW_UPDATE;
import static io.sluice.balancer.proxy.Http2Peer.block;
import static io.sluice.balancer.proxy.Http2Peer.get;
import static io.sluice.balancer.proxy.Http2Peer.number;
import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What costs a client nothing and us much, which HTTP/2 allows in many ways. */
final class Http2FloodIT {
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final int CALM = 11;
  private static final int MANY = 20_000;

  private final TestServer server;
  private final TestBed bed;

  Http2FloodIT() throws IOException {
    server = TestServer.naming(id(1));
    bed =
        new TestBed(
            Http2IT.config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO), Http2Config.DEFAULT));
    bed.alive(server);
  }

  @AfterEach
  void everybodyElseIsServed() throws IOException {
    try (bed;
        Http2Peer other = new Http2Peer(bed.proxy.address())) {
      assertThat(other.get(1, "/").status()).isEqualTo(200);
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @BeforeEach
  void nobodyIsThere() {
    assertThat(bed.proxy.openConnections()).isZero();
  }

  private interface Burst {
    void write(ByteArrayOutputStream out, int number);
  }

  /** Sends as many as are taken; how the connection ended. */
  private Optional<Integer> flood(Burst burst) throws IOException {
    try (Http2Peer client = new Http2Peer(bed.proxy.address())) {
      // Reads meanwhile, or neither side could go on.
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.untilClosed();
                } catch (IOException over) {
                  // So it is.
                }
              });
      try {
        for (int i = 0; i < MANY / 100; i++) {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          for (int j = 0; j < 100; j++) {
            burst.write(out, i * 100 + j);
          }
          client.raw(out.toByteArray());
        }
      } catch (SocketException refused) {
        // It was ended, as wanted.
      }
      await().until(() -> bed.has(Count.HTTP2_FLOODS));
      await().until(() -> bed.proxy.openConnections() == 0);
      reader.join();
      return client.farewell.map(Http2Peer.Frame::code);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return Http2Peer.bytes(type, flags, stream, payload);
  }

  @Test
  void requestsThatAreTakenBackAtOnceEndTheConnection() throws Exception {
    assertThat(
            flood((out, i) -> {
              int stream = 2 * i + 1;
              out.writeBytes(frame(HEADERS, END_HEADERS | END_STREAM, stream, block(get("/"))));
              out.writeBytes(frame(RST_STREAM, 0, stream, number(CANCEL)));
            }))
        .satisfiesAnyOf(
            code -> assertThat(code).contains(CALM), code -> assertThat(code).isEmpty());
    assertThat(bed.count(Count.REQUESTS)).as("no more than a few came through").isLessThan(1_000);
    await().until(() -> bed.proxy.inFlight(id(1)) == 0);
  }

  @Test
  void pings() throws Exception {
    flood((out, i) -> out.writeBytes(frame(PING, 0, 0, new byte[8])));
  }

  @Test
  void settings() throws Exception {
    flood((out, i) -> out.writeBytes(frame(SETTINGS, 0, 0, Http2Peer.setting(1, 4096 + i % 2))));
  }

  @Test
  void priorities() throws Exception {
    flood((out, i) -> out.writeBytes(frame(PRIORITY, 0, 2 * i + 1, new byte[] {0, 0, 0, 0, 1})));
  }

  @Test
  void windows() throws Exception {
    flood((out, i) -> out.writeBytes(frame(WINDOW_UPDATE, 0, 0, number(1))));
  }

  @Test
  void framesThatNobodyKnows() throws Exception {
    flood((out, i) -> out.writeBytes(frame(0x77, 0, 0, new byte[3])));
  }

  @Test
  void emptyFramesOfABody() throws Exception {
    flood((out, i) -> {
      if (i == 0) {
        out.writeBytes(frame(HEADERS, END_HEADERS, 1, block(Http2Peer.fields("POST", "/"))));
      }
      out.writeBytes(frame(DATA, 0, 1, new byte[0]));
    });
  }

  @Test
  void moreStreamsThanAreAllowed() throws Exception {
    flood((out, i) ->
        out.writeBytes(
            frame(HEADERS, END_HEADERS, 2 * i + 1, block(Http2Peer.fields("POST", "/")))));
    assertThat(bed.count(Count.REQUESTS)).isLessThanOrEqualTo(Http2Config.DEFAULT.streamsMax());
  }

  @Test
  void aHeadWithoutEnd() throws Exception {
    try (Http2Peer client = new Http2Peer(bed.proxy.address())) {
      client.frame(HEADERS, END_STREAM, 1, block(get("/")));
      try {
        for (int i = 0; i < MANY; i++) {
          client.frame(CONTINUATION, 0, 1, i % 2 == 0 ? new byte[0] : block("x", "y"));
        }
      } catch (SocketException refused) {
        // It was ended, as wanted.
      }
      client.untilClosed();
    }
    assertThat(server.requests).isEmpty();
  }

  @Test
  void aHeadThatUnfoldsToMegabytes() throws Exception {
    try (Http2Peer client = new Http2Peer(bed.proxy.address())) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      block.writeBytes(block(get("/")));
      // Remembers one large field, and names it two thousand times.
      block.write(0x40);
      byte[] field = block("large", "v".repeat(3_900));
      block.write(field, 1, field.length - 1);
      IntStream.range(0, 2_000).forEach(_ -> block.write(0x80 | 62));
      client.frame(HEADERS, END_HEADERS | END_STREAM, 1, block.toByteArray());
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.reset.isPresent() || client.farewell.isPresent() || answer.status() == 431)
          .isTrue();
    }
    assertThat(server.requests).isEmpty();
    assertThat(bed.proxy.bufferedBytes()).isLessThan(100_000);
  }

  @Test
  void aWindowThatStaysShutIsNotWaitedFor() throws Exception {
    try (TestBed quick = new TestBed(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT));
        TestServer large =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  int size = request.startLine().contains("/large") ? 1_000_000 : 5_000;
                  connection.send(TestServer.ok("x".repeat(size)));
                  return true;
                });
        Http2Peer client =
            new Http2Peer(quick.alive(large).proxy.address(), Http2Peer.setting(4, 0))) {
      client.head(1, true, get("/large")).head(3, true, get("/small"));
      assertThat(client.answer(1).reset).contains(CANCEL);
      assertThat(client.answer(3).reset).contains(CANCEL);
      await().until(() -> quick.proxy.bufferedBytes() < 1_000);
      assertThat(quick.proxy.inFlight(id(1))).isZero();
      assertThat(quick.count(Count.CLIENT_TIMEOUTS)).isEqualTo(2);
    }
  }

  @Test
  void windowsThatOverflow() throws Exception {
    try (Http2Peer client = new Http2Peer(bed.proxy.address())) {
      client.frame(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE));
      assertThat(client.untilClosed()).contains(FLOW_CONTROL_ERROR);
    }
    try (Http2Peer client =
        new Http2Peer(bed.proxy.address(), Http2Peer.setting(4, Integer.MIN_VALUE))) {
      assertThat(client.untilClosed()).contains(FLOW_CONTROL_ERROR);
    }
  }

  @Test
  void streamsThatDependOnThemselves() throws Exception {
    try (Http2Peer client = new Http2Peer(bed.proxy.address())) {
      client.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 1, 5});
      client.head(3, true, get("/"));
      Http2Peer.Answer other = client.answer(3);
      assertThat(other.ended || client.farewell.isPresent()).isTrue();
    }
  }

  @Test
  void acknowledgementsOfNothingAndFramesOfNoStream() throws Exception {
    try (Http2Peer client = new Http2Peer(bed.proxy.address())) {
      client.frame(SETTINGS, ACK, 0, new byte[0]).frame(SETTINGS, ACK, 0, new byte[0]);
      client.frame(DATA, 0, 99, new byte[5]);
      assertThat(client.untilClosed()).isPresent();
    }
  }

  @Test
  void anUploadThatStopsIsNotWaitedFor() throws Exception {
    try (TestBed quick = new TestBed(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT));
        TestServer reading = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(quick.alive(reading).proxy.address())) {
      client.head(1, false, Http2Peer.fields("POST", "/")).data(1, false, "abc");
      assertThat(client.answer(1).status()).isEqualTo(408);
    }
  }

  @Test
  void whoSaysNothingIsNotWaitedFor() throws Exception {
    try (TestBed quick = new TestBed(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT))) {
      try (TestClient silent = quick.client()) {
        silent.send("PRI * HTTP");
        assertThat(silent.closed()).isTrue();
      }
      try (Http2Peer idle = new Http2Peer(quick.proxy.address())) {
        assertThat(idle.untilClosed()).contains(0);
      }
    }
  }

  @Test
  void oneMoreStreamThanAllowedIsRefusedAndCanBeAskedAgain() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    Http2Config two = new Http2Config(true, true, 2, Http2Config.WINDOW_LEAST_BYTES);
    try (TestBed few =
            new TestBed(Http2IT.config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO), two));
        TestServer waiting =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        Http2Peer client = new Http2Peer(few.alive(waiting).proxy.address())) {
      client.head(1, true, get("/")).head(3, true, get("/")).head(5, true, get("/"));
      assertThat(client.answer(5).reset).contains(REFUSED_STREAM);
      mayAnswer.countDown();
      assertThat(client.answer(1).text()).isEqualTo("late");
      assertThat(client.answer(3).text()).isEqualTo("late");
      assertThat(client.get(7, "/").text()).isEqualTo("late");
    }
  }
}
