package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Bodies of every framing, in both directions, whole and bounded in memory. */
final class BodiesIT {
  private static final int LARGE_BYTES = 64 << 20;
  private static final long BUFFERED_MAX_BYTES = 4 << 20;

  private static TestServer echo() throws Exception {
    return TestServer.replying(
        id(1),
        (request, connection) -> {
          connection.send(TestServer.ok(request.text()));
          return true;
        });
  }

  @Test
  void passesABodyOfKnownLength() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = echo();
        TestClient client = bed.alive(server).client()) {
      for (int i = 0; i < 3; i++) {
        client.send("POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n".formatted(i));
        client.send("hello");
        assertThat(client.response().text()).isEqualTo("hello");
      }
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void passesAChunkedRequestWithTrailers() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = echo();
        TestClient client = bed.alive(server).client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (String part :
          "5|\r\nhel|lo\r\n7;x=y\r\n, world\r|\n0\r\nX-Sum: 9\r\n\r\n".split("\\|", -1)) {
        client.send(part);
      }

      assertThat(client.response().text()).isEqualTo("hello, world");
      assertThat(server.requests.getFirst().trailers()).containsExactly("X-Sum: 9");
      assertThat(client.get("/next").status()).isEqualTo(200);
    }
  }

  @Test
  void passesAChunkedResponseWithTrailersAndKeepsBothConnections() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab");
                  connection.send("cd\r\n1\r\ne\r\n0\r\nX-Sum: 5\r\n\r\n");
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      for (int i = 0; i < 3; i++) {
        Message response = client.get("/");
        assertThat(response.text()).isEqualTo("abcde");
        assertThat(response.trailers()).containsExactly("X-Sum: 5");
      }
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void takesTheChunksOffForAnOldClient() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab");
                  connection.send("\r\n1\r\nc\r\n0\r\n\r\n");
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      Message response = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").response();

      assertThat(response.field("transfer-encoding")).isEmpty();
      assertThat(response.field("connection")).contains("close");
      assertThat(response.text()).isEqualTo("abc");
    }
  }

  @Test
  void keepsAnOldClientsConnectionOnlyIfAsked() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient asking = bed.alive(server).client();
        TestClient silent = bed.client()) {
      for (int i = 0; i < 2; i++) {
        Message response =
            asking.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").response();
        assertThat(response.field("connection")).contains("keep-alive");
      }
      assertThat(silent.send("GET / HTTP/1.0\r\n\r\n").response().field("connection"))
          .contains("close");
      assertThat(silent.closed()).isTrue();
    }
  }

  @Test
  void passesABodyThatEndsWithTheConnection() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\n\r\nall of it");
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      Message response = client.get("/");
      assertThat(response.field("connection")).contains("close");
      assertThat(response.text()).isEqualTo("all of it");
    }
  }

  @Test
  void expectsNoBodyWhereThereCanBeNone() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(
                      switch (request.path()) {
                        case "/head" -> "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n";
                        case "/chunked" -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                        case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                        default -> "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n";
                      });
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.bodiless().field("content-length")).contains("77");
      client.send("HEAD /chunked HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.bodiless().field("transfer-encoding")).contains("chunked");
      client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(204);
      client.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.bodiless().field("content-length")).contains("77");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void passes100ContinueAndOtherInterimResponses() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  String line = Message.line(connection.in());
                  while (!line.isEmpty()) {
                    line = Message.line(connection.in());
                  }
                  connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                  connection.send("HTTP/1.1 100 Continue\r\n\r\n");
                  String body = new String(connection.in().readNBytes(4), ISO_8859_1);
                  connection.send(TestServer.ok(body));
                });
        TestClient client = bed.alive(server).client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");

      Message hints = client.bodiless();
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.field("link")).contains("</a>");
      assertThat(client.bodiless().status()).isEqualTo(100);
      assertThat(client.send("body").response().text()).isEqualTo("body");
    }
  }

  @Test
  void closesWhenTheServerAnswersBeforeTheBodyWasSent() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  String line = Message.line(connection.in());
                  while (!line.isEmpty()) {
                    line = Message.line(connection.in());
                  }
                  connection.send("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");
                  await().until(() -> connection.in().read() < 0);
                });
        TestClient client = bed.alive(server).client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");

      Message response = client.response();
      assertThat(response.status()).isEqualTo(417);
      assertThat(response.field("connection")).contains("close");
      assertThat(client.closed()).isTrue();
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @Test
  void servesAClientThatEndsItsSideAfterTheRequest() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = echo();
        TestClient client = bed.alive(server).client()) {
      client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
      client.endInput();

      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.closed()).isTrue();
    }
  }

  @Test
  void holdsOnlyABoundedPartOfALargeResponseForASlowReader() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n");
                  fill(connection.out(), LARGE_BYTES, new AtomicLong());
                  return true;
                });
        TestClient client = bed.alive(server).client(16 * 1024)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      Message head = Message.read(client.in(), true, false).orElseThrow();
      assertThat(head.field("content-length")).contains("" + LARGE_BYTES);
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);

      long read = 0;
      byte[] part = new byte[256 * 1024];
      while (read < LARGE_BYTES) {
        read += client.in().readNBytes(part, 0, (int) Math.min(part.length, LARGE_BYTES - read));
        if (read % (16 << 20) == 0) {
          assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);
        }
      }
      assertThat(read).isEqualTo(LARGE_BYTES);
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(200);
    }
  }

  @Test
  void holdsOnlyABoundedPartOfALargeRequestForASlowServer() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  String line = Message.line(connection.in());
                  while (!line.isEmpty()) {
                    line = Message.line(connection.in());
                  }
                  await().until(() -> mayRead.await(10, TimeUnit.SECONDS));
                  skip(connection.in(), LARGE_BYTES, received);
                  connection.send(TestServer.ok("got it"));
                });
        TestClient client = bed.alive(server).client()) {
      AtomicLong sent = new AtomicLong();
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n");
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  fill(client.out(), LARGE_BYTES, sent);
                } catch (java.io.IOException broken) {
                  sent.set(-1);
                }
              });
      await().until(() -> bed.proxy.bufferedBytes() > 64 * 1024);
      assertThat(bed.proxy.bufferedBytes()).isLessThan(BUFFERED_MAX_BYTES);
      assertThat(sent.get()).isLessThan(LARGE_BYTES);

      mayRead.countDown();

      assertThat(client.response().text()).isEqualTo("got it");
      writer.join();
      assertThat(received).hasValue(LARGE_BYTES);
    }
  }

  private static void fill(OutputStream out, long size, AtomicLong sent)
      throws java.io.IOException {
    byte[] part = new byte[64 * 1024];
    for (long left = size; left > 0; left -= part.length) {
      out.write(part);
      sent.addAndGet(part.length);
    }
    out.flush();
  }

  private static void skip(InputStream in, long size, AtomicLong received)
      throws java.io.IOException {
    byte[] part = new byte[64 * 1024];
    Optional<Integer> last = Optional.of(0);
    while (received.get() < size && last.isPresent()) {
      int count = in.read(part);
      last = count < 0 ? Optional.empty() : Optional.of(count);
      received.addAndGet(Math.max(0, count));
    }
  }
}
