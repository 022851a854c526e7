package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.Http2Peer.get;
import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads of HTTP/2 that are refused: those that are malformed by a reset, others by an answer. */
final class Http2StrictnessIT {
  private static final int PROTOCOL_ERROR = 1;

  private static Arguments malformed(String what, String... fields) {
    return Arguments.of(what, List.of(fields), PROTOCOL_ERROR, 0);
  }

  private static Arguments answered(String what, int status, String... fields) {
    return Arguments.of(what, List.of(fields), 0, status);
  }

  static Stream<Arguments> heads() {
    return Stream.of(pseudoFields(), fields(), answers()).flatMap(all -> all);
  }

  private static Stream<Arguments> pseudoFields() {
    return Stream.of(
        malformed("no method", ":scheme", "http", ":authority", "a", ":path", "/"),
        malformed("no scheme", ":method", "GET", ":authority", "a", ":path", "/"),
        malformed("no path", ":method", "GET", ":scheme", "http", ":authority", "a"),
        malformed("an empty path", get("")),
        malformed("a path without a slash", get("x")),
        malformed("an absolute path", get("http://b/")),
        malformed("a blank in the path", get("/a b")),
        malformed("a line break in the path", get("/ HTTP/1.1\r\nx: y")),
        malformed("the method twice", get("/", ":method", "GET")),
        malformed("the path twice", get("/", ":path", "/b")),
        malformed("a pseudo-field behind a field", get("/", "x", "y", ":scheme", "http")),
        malformed("a pseudo-field of responses", get("/", ":status", "200")),
        malformed("an unknown pseudo-field", get("/", ":x", "y")),
        malformed(
            "another scheme", ":method", "GET", ":scheme", "ftp", ":authority", "a", ":path", "/"));
  }

  private static Stream<Arguments> fields() {
    return Stream.of(
        malformed("a name in upper case", get("/", "X-Upper", "y")),
        malformed("an empty name", get("/", "", "y")),
        malformed("a colon in a name", get("/", "a:b", "y")),
        malformed("a line break in a value", get("/", "x", "y\r\nz: 1")),
        malformed("NUL in a value", get("/", "x", "y\0")),
        malformed("connection", get("/", "connection", "close")),
        malformed("keep-alive", get("/", "keep-alive", "5")),
        malformed("proxy-connection", get("/", "proxy-connection", "x")),
        malformed("transfer-encoding", get("/", "transfer-encoding", "chunked")),
        malformed("upgrade", get("/", "upgrade", "h2c")),
        malformed("te of another value", get("/", "te", "gzip")),
        malformed("host that is another one", get("/", "host", "b")),
        malformed(
            "host twice",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/",
            "host",
            "a",
            "host",
            "a"),
        malformed("a length that is none", get("/", "content-length", "+1")),
        malformed("a length without a body", get("/", "content-length", "5")),
        malformed("two lengths", get("/", "content-length", "0", "content-length", "1")));
  }

  private static Stream<Arguments> answers() {
    String long9 = "/" + "x".repeat(9_000);
    return Stream.of(
        answered("no authority", 400, ":method", "GET", ":scheme", "http", ":path", "/"),
        answered(
            "a user in the authority",
            400,
            ":method",
            "GET",
            ":scheme",
            "http",
            ":authority",
            "u@a",
            ":path",
            "/"),
        answered("a fragment", 400, get("/a#b")),
        answered("CONNECT", 405, ":method", "CONNECT", ":authority", "a:1"),
        answered("TRACE", 405, Http2Peer.fields("TRACE", "/")),
        answered("a long target", 414, get(long9)),
        answered("a look-alike of framing", 400, get("/", "content_length", "5")),
        answered("another expectation", 417, get("/", "expect", "x")),
        answered("te: trailers", 200, get("/", "te", "trailers")),
        answered("host that is the same", 200, get("/", "host", "a")),
        answered("host alone", 200, ":method", "GET", ":scheme", "http", ":path", "/", "host", "a"),
        answered("an asterisk of OPTIONS", 200, Http2Peer.fields("OPTIONS", "*")));
  }

  @Test
  void thePageHasTheRowsThatAreTested() throws Exception {
    List<String> rows =
        heads()
            .map(Arguments::get)
            .map(row -> "| %s | %s |".formatted(row[0], outcome((int) row[3])))
            .toList();

    List<String> written =
        Files.readAllLines(Path.of("..", "docs", "reference", "http2.md")).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| ---"))
            .filter(line -> !line.startsWith("| sent "))
            .toList();

    assertThat(written).as("should be:%n%s", String.join("\n", rows)).isEqualTo(rows);
  }

  private static String outcome(int status) {
    return switch (status) {
      case 0 -> "reset, PROTOCOL_ERROR";
      case 200 -> "accepted";
      default -> "answered, " + status;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void aHeadIsJudged(String what, List<String> fields, int reset, int status) throws Exception {
    try (TestBed bed =
            new TestBed(
                Http2IT.config(
                    ProxyTimeouts.DEFAULT.withHold(Duration.ZERO), Http2Config.DEFAULT));
        TestServer server = TestServer.naming(id(1));
        Http2Peer client = new Http2Peer(bed.alive(server).proxy.address())) {
      Http2Peer.Answer answer = client.head(1, true, fields.toArray(new String[0])).answer(1);
      if (status == 0) {
        assertThat(answer.reset).as(what).contains(reset);
      } else {
        assertThat(answer.status()).as(what).isEqualTo(status);
      }
      assertThat(server.requests).as(what).hasSize(status == 200 ? 1 : 0);
      assertThat(client.get(3, "/").status()).as("the connection goes on").isEqualTo(200);
    }
  }
}
