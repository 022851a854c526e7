package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.Http2Peer.get;
import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How streams and connections of HTTP/2 end, and that each response is its own and whole. */
final class Http2EndsIT {
  @Test
  void anAnswerToAnUploadArrivesWholeBeforeTheUploadIsCutOff() throws Exception {
    try (TestBed bed = Http2IT.bed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  connection.in().readNBytes(10);
                  connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 50000\r\n\r\n");
                  connection.send("n".repeat(50_000));
                  connection.in().transferTo(OutputStream.nullOutputStream());
                });
        Http2Peer client =
            new Http2Peer(bed.alive(server).proxy.address(), Http2Peer.setting(4, 1000))) {
      client.head(1, false, Http2Peer.fields("POST", "/")).data(1, false, "abc");
      Http2Peer.Answer answer = client.answerWithBody(1, 1000);
      client.data(1, false, "def");
      client.frame(Http2Peer.WINDOW_UPDATE, 0, 1, Http2Peer.number(100_000));
      assertThat(client.answer(1).status()).isEqualTo(403);
      assertThat(answer.text()).isEqualTo("n".repeat(50_000));
      assertThat(answer.ended).isTrue();
      assertThat(client.untilReset(1)).isZero();

      client.head(3, true, Http2Peer.fields("HEAD", "/" + "x".repeat(10_000)));
      Http2Peer.Answer head = client.answer(3);
      assertThat(head.status()).isEqualTo(414);
      assertThat(head.body.size()).as("of an answer to a HEAD").isZero();
    }
  }

  @Test
  void aHeadLargerThanTheClientWishesForPassesAndNothingOfItIsLeftForOthers() throws Exception {
    try (TestBed bed = Http2IT.bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  if (request.startLine().contains("/large")) {
                    connection.send("HTTP/1.1 200 OK\r\nX-Large: " + "v".repeat(1024) + "\r\n");
                    connection.send("Transfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < 10; i++) {
                      connection.send("400\r\n" + "s".repeat(1024) + "\r\n");
                    }
                    connection.send("0\r\n\r\n");
                  } else {
                    connection.send(TestServer.ok("own"));
                  }
                  return true;
                });
        Http2Peer client =
            new Http2Peer(bed.alive(server).proxy.address(), Http2Peer.setting(6, 200))) {
      Http2Peer.Answer large = client.get(1, "/large");
      assertThat(client.get(3, "/").text()).isEqualTo("own");
      assertThat(large.head().get("x-large")).hasSize(1024);
      assertThat(large.text()).isEqualTo("s".repeat(10_240));
    }
  }

  @Test
  void theLastResponseArrivesWholeAlsoIfTheClientSpeaksMeanwhile() throws Exception {
    int size = 400_000;
    try (TestBed quick = new TestBed(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(TestServer.ok("x".repeat(size)));
                  return true;
                });
        Http2Peer client =
            new Http2Peer(
                quick.alive(server).proxy.address(), Http2Peer.setting(4, 10_000_000), 8_192)) {
      client.frame(Http2Peer.WINDOW_UPDATE, 0, 0, Http2Peer.number(10_000_000));
      client.head(1, true, get("/"));
      await().until(() -> quick.has(Count.HTTP2_REQUESTS) && quick.proxy.bufferedBytes() == 0);
      // Longer than an idle connection is kept: its end is on the way behind the response.
      long later = System.nanoTime() + TestBed.QUICK.keepAliveIdle().multipliedBy(2).toNanos();
      await()
          .until(() -> {
            client.frame(Http2Peer.PING, 0, 0, new byte[8]);
            return System.nanoTime() > later;
          });
      assertThat(client.answer(1).body.size()).isEqualTo(size);
      assertThat(client.untilClosed()).contains(0);
      await().until(() -> quick.proxy.openConnections() == 0);
    }
  }

  @Test
  void whoDoesNotEndItsSideIsNotWaitedForEither() throws Exception {
    try (TestBed quick = new TestBed(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT));
        TestServer server = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(quick.alive(server).proxy.address())) {
      assertThat(client.get(1, "/").status()).isEqualTo(200);
      assertThat(client.untilClosed()).contains(0);
      await().until(() -> quick.proxy.openConnections() == 0);
    }
  }

  private static void sendChunks(TestServer.Connection connection, int count, int size)
      throws IOException {
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < count; i++) {
      connection.send(Integer.toHexString(size) + "\r\n" + "s".repeat(size) + "\r\n");
    }
    connection.send("0\r\n\r\n");
  }

  @Test
  void aServerThatHangsIsNotExcusedByWhatOtherStreamsDo() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (TestBed quick = new TestBed(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  if (request.startLine().contains("/hang")) {
                    await().until(over::get);
                    return false;
                  }
                  sendChunks(connection, 100, 1000);
                  return true;
                });
        Http2Peer client =
            new Http2Peer(quick.alive(server).proxy.address(), Http2Peer.setting(4, 1000))) {
      client.frame(Http2Peer.WINDOW_UPDATE, 0, 0, Http2Peer.number(1_000_000));
      client.head(1, true, get("/slow"));
      client.answerWithBody(1, 1000);
      await().until(() -> quick.proxy.inFlight(id(1)) == 0);
      client.head(3, true, get("/hang"));
      Thread reads =
          Thread.ofVirtual()
              .start(() ->
                  await()
                      .pollInterval(Duration.ofMillis(50))
                      .until(() -> {
                        byte[] more = Http2Peer.number(1000);
                        client.frame(Http2Peer.WINDOW_UPDATE, 0, 1, more);
                        return over.get();
                      }));
      assertThat(client.answer(3).status()).isEqualTo(504);
      assertThat(client.ended(1)).as("the other one has not ended meanwhile").isFalse();
      over.set(true);
      assertThat(reads.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aBodyThatBreaksOffEndsInAReset() throws Exception {
    try (TestBed bed = Http2IT.bed();
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
      Http2Peer.Answer unsized = client.get(3, "/unsized");
      assertThat(unsized.reset).contains(2);
      assertThat(unsized.text()).as("what came goes before the reset").isEqualTo("half");
      assertThat(client.get(5, "/sized").status()).as("the connection goes on").isEqualTo(200);
    }
  }

  @Test
  void aConnectionThatIsLeftFinishesItsRequestsAndTakesNoMore() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = Http2IT.bed();
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
    try (TestBed bed = Http2IT.bed();
        TestServer server = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      assertThat(client.get(1, "/").status()).isEqualTo(200);
      bed.proxy.become(Http2IT.config(TestBed.QUICK, Http2Config.DEFAULT));
      int stream = 3;
      while (client.farewell.isEmpty()) {
        assertThat(client.get(stream, "/").status()).isEqualTo(200);
        stream += 2;
      }
      assertThat(client.lastStreamLeft()).as("what is on its way passes").isEqualTo(2147483647);
      assertThat(client.get(stream, "/").status()).isEqualTo(200);
      assertThat(client.untilClosed()).contains(0);
      assertThat(client.lastStreamLeft()).as("what was taken").isEqualTo(stream);
      try (Http2Peer next = new Http2Peer(bed.proxy.address())) {
        assertThat(next.get(1, "/").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void manyResponsesThatBreakOffAreNotTheClientsFault() throws Exception {
    try (TestBed bed = Http2IT.bed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                  return false;
                });
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      for (int i = 0; i < 300; i++) {
        assertThat(client.get(2 * i + 1, "/").reset).contains(2);
      }
      assertThat(client.farewell).isEmpty();
    }
  }
}
