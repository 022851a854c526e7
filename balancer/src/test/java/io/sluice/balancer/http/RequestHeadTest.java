package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestHeadTest {
  private static final String PLAIN =
      "GET /a/b?c=d HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: */*\r\n\r\n";

  private final RequestHead head = new RequestHead(new HeadLimits(64, 1024, 5));

  private Scan scan(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return head.scan(bytes, 0, bytes.length);
  }

  static Stream<Arguments> refused() {
    String start = "GET / HTTP/1.1\r\nHost: a\r\n";
    String post = "POST / HTTP/1.1\r\nHost: a\r\n";
    return Stream.of(
        Arguments.of("GET / HTTP/1.1\nHost: a\r\n\r\n", Refusal.BARE_LF),
        Arguments.of("GET / HTTP/1.1\r\nHost: a\n\r\n", Refusal.BARE_LF),
        Arguments.of(start + "\n", Refusal.BARE_LF),
        Arguments.of("\nGET / HTTP/1.1\r\n", Refusal.BARE_LF),
        Arguments.of("GET / HTTP/1.1\rHost: a\r\n\r\n", Refusal.BARE_CR),
        Arguments.of(start + "X: a\rb\r\n\r\n", Refusal.BARE_CR),
        Arguments.of(start + "\rX\r\n\r\n", Refusal.BARE_CR),
        Arguments.of(start + "X: a\u0000b\r\n\r\n", Refusal.CONTROL_CHARACTER),
        Arguments.of(start + "X: a\u007fb\r\n\r\n", Refusal.CONTROL_CHARACTER),
        Arguments.of(start + "X: a\r\n b\r\n\r\n", Refusal.FOLDED_LINE),
        Arguments.of(start + "\tX: a\r\n\r\n", Refusal.FOLDED_LINE),
        Arguments.of(start + "X : a\r\n\r\n", Refusal.SPACE_BEFORE_COLON),
        Arguments.of(start + ": a\r\n\r\n", Refusal.BAD_FIELD_NAME),
        Arguments.of(start + "X\r\n\r\n", Refusal.BAD_FIELD_NAME),
        Arguments.of(start + "X(y): a\r\n\r\n", Refusal.BAD_FIELD_NAME),
        Arguments.of(start + "X\u00e4: a\r\n\r\n", Refusal.BAD_FIELD_NAME),
        Arguments.of("GET / HTTP/1.1\r\nAccept: a\r\n\r\n", Refusal.HOST_MISSING),
        Arguments.of(start + "host: a\r\n\r\n", Refusal.HOST_REPEATED),
        Arguments.of("GET / HTTP/1.1\r\nHost:\r\n\r\n", Refusal.HOST_MALFORMED),
        Arguments.of("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", Refusal.HOST_MALFORMED),
        Arguments.of("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", Refusal.HOST_MALFORMED),
        Arguments.of("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Refusal.HOST_MALFORMED),
        Arguments.of("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", Refusal.HOST_MALFORMED),
        Arguments.of("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", Refusal.HOST_MALFORMED),
        Arguments.of(
            post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", Refusal.BOTH_LENGTHS),
        Arguments.of(
            post + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", Refusal.BOTH_LENGTHS),
        Arguments.of(
            post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", Refusal.LENGTH_REPEATED),
        Arguments.of(post + "Content-Length: 1, 1\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(post + "Content-Length: +1\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(post + "Content-Length: -1\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(post + "Content-Length: 0x1\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(post + "Content-Length: 1 2\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(post + "Content-Length:\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(
            post + "Content-Length: 1234567890123456789\r\n\r\n", Refusal.LENGTH_MALFORMED),
        Arguments.of(post + "Content_Length: 1\r\n\r\n", Refusal.FRAMING_DISGUISED),
        Arguments.of(post + "Transfer_Encoding: chunked\r\n\r\n", Refusal.FRAMING_DISGUISED),
        Arguments.of(
            post + "Transfer-Encoding: gzip, chunked\r\n\r\n", Refusal.TRANSFER_ENCODING_MALFORMED),
        Arguments.of(
            post + "Transfer-Encoding: chunked, chunked\r\n\r\n",
            Refusal.TRANSFER_ENCODING_MALFORMED),
        Arguments.of(
            post + "Transfer-Encoding: chunked;a=b\r\n\r\n", Refusal.TRANSFER_ENCODING_MALFORMED),
        Arguments.of(post + "Transfer-Encoding:\r\n\r\n", Refusal.TRANSFER_ENCODING_MALFORMED),
        Arguments.of(
            post + "Transfer-Encoding: xchunked\r\n\r\n", Refusal.TRANSFER_ENCODING_UNKNOWN),
        Arguments.of(
            post + "Transfer-Encoding: identity\r\n\r\n", Refusal.TRANSFER_ENCODING_UNKNOWN),
        Arguments.of(
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            Refusal.TRANSFER_ENCODING_REPEATED),
        Arguments.of(
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            Refusal.TRANSFER_ENCODING_IN_HTTP_1_0),
        Arguments.of(
            post + "Content-Length: 1\r\nConnection: close, Content-Length\r\n\r\n",
            Refusal.FRAMING_NOMINATED),
        Arguments.of(start + "Connection: host\r\n\r\n", Refusal.FRAMING_NOMINATED),
        Arguments.of(start + "Expect: 200-ok\r\n\r\n", Refusal.EXPECTATION_UNKNOWN),
        Arguments.of("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET /\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET / http/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.EMPTY_METHOD),
        Arguments.of("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST_LINE),
        Arguments.of("GET * HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_TARGET),
        Arguments.of("GET a.example:80 HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_TARGET),
        Arguments.of("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_TARGET),
        Arguments.of("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_TARGET),
        Arguments.of("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_TARGET),
        Arguments.of("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.METHOD_NOT_ALLOWED),
        Arguments.of("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.METHOD_NOT_ALLOWED),
        Arguments.of("GET / HTTP/1.2\r\nHost: a\r\n\r\n", Refusal.UNSUPPORTED_VERSION),
        Arguments.of("PRI * HTTP/2.0\r\n\r\n", Refusal.UNSUPPORTED_VERSION),
        Arguments.of("GET /" + "x".repeat(80) + " HTTP/1.1\r\n", Refusal.REQUEST_LINE_TOO_LONG),
        Arguments.of("GET /" + "x".repeat(80), Refusal.REQUEST_LINE_TOO_LONG),
        Arguments.of(start + "X: " + "x".repeat(2000), Refusal.HEAD_TOO_LARGE),
        Arguments.of(start + "X: 1\r\n".repeat(5) + "\r\n", Refusal.TOO_MANY_FIELDS));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatCouldBeReadInTwoWays(String text, Refusal expected) {
    assertThat(scan(text)).isEqualTo(Scan.REFUSED);
    assertThat(head.refusal()).isEqualTo(expected);
  }

  @Test
  void readsAPlainRequest() {
    assertThat(scan(PLAIN + "next")).isEqualTo(Scan.COMPLETE);

    assertThat(head.end()).isEqualTo(PLAIN.length());
    assertThat(head.method()).isEqualTo(RequestMethod.GET);
    assertThat(head.bodyKind()).isEqualTo(BodyKind.NONE);
    assertThat(head.persistent()).isTrue();
    assertThat(head.http10()).isFalse();
  }

  @Test
  void skipsOneEmptyLineBeforeARequest() {
    assertThat(scan("\r\n" + PLAIN)).isEqualTo(Scan.COMPLETE);
    assertThat(head.end()).isEqualTo(PLAIN.length() + 2);
    assertThat(scan("\r\n\r\n" + PLAIN)).isEqualTo(Scan.REFUSED);
  }

  @Test
  void waitsForMoreAtEveryPrefix() {
    for (int length = 0; length < PLAIN.length(); length++) {
      assertThat(scan(PLAIN.substring(0, length)))
          .as("%s bytes", length)
          .isEqualTo(Scan.INCOMPLETE);
    }
  }

  @Test
  void knowsHowTheBodyEnds() {
    scan("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n");
    assertThat(head.bodyKind()).isEqualTo(BodyKind.LENGTH);
    assertThat(head.contentLength()).isEqualTo(7);

    scan("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n");
    assertThat(head.bodyKind()).isEqualTo(BodyKind.CHUNKED);

    scan("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assertThat(head.bodyKind()).isEqualTo(BodyKind.NONE);
  }

  @Test
  void knowsWhetherTheConnectionStays() {
    scan("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n");
    assertThat(head.persistent()).isFalse();
    scan("GET / HTTP/1.0\r\n\r\n");
    assertThat(head.persistent()).isFalse();
    scan("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    assertThat(head.persistent()).isTrue();
    scan("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n");
    assertThat(head.persistent()).isFalse();
  }

  @Test
  void knowsTheMethodsThatCanBeRepeated() {
    for (RequestMethod method : RequestMethod.values()) {
      if (method != RequestMethod.TRACE && method != RequestMethod.CONNECT) {
        String name = method == RequestMethod.OTHER ? "get" : method.name();
        assertThat(scan(name + " / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(Scan.COMPLETE);
        assertThat(head.method()).isEqualTo(method);
      }
    }
    assertThat(RequestMethod.POST.idempotent()).isFalse();
    assertThat(RequestMethod.PATCH.idempotent()).isFalse();
    assertThat(RequestMethod.OTHER.idempotent()).isFalse();
    assertThat(RequestMethod.PUT.idempotent()).isTrue();
  }

  @Property
  void neverFailsOnAnyBytes(@ForAll @Size(max = 300) byte[] bytes) {
    Scan scan = head.scan(bytes, 0, bytes.length);
    assertThat(scan).isIn((Object[]) Scan.values());
  }

  @Property
  void neverFailsOnBrokenRequests(@ForAll byte octet, @ForAll int place) {
    byte[] bytes = PLAIN.getBytes(ISO_8859_1);
    bytes[Math.floorMod(place, bytes.length)] = octet;

    Scan scan = head.scan(bytes, 0, bytes.length);

    if (scan == Scan.COMPLETE) {
      assertThat(head.end()).isLessThanOrEqualTo(bytes.length);
      assertThat(head.bodyKind()).isEqualTo(BodyKind.NONE);
    }
  }
}
