package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** Bodies of every framing, in both directions. */
final class BodiesIT {
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
}
