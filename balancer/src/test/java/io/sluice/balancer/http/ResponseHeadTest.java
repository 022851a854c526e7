package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponseHeadTest {
  private final ResponseHead head = new ResponseHead(HeadLimits.DEFAULT);

  private Scan scan(String text, boolean toHead) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return head.scan(bytes, 0, bytes.length, toHead);
  }

  @ParameterizedTest
  @CsvSource({
    "200, Content-Length: 5, false, LENGTH",
    "200, Content-Length: 0, false, NONE",
    "200, Transfer-Encoding: chunked, false, CHUNKED",
    "200, X: y, false, UNTIL_CLOSE",
    "200, Content-Length: 5, true, NONE",
    "200, Transfer-Encoding: chunked, true, NONE",
    "204, X: y, false, NONE",
    "304, Content-Length: 5, false, NONE",
    "103, Link: x, false, NONE"
  })
  void knowsHowTheBodyEnds(int status, String field, boolean toHead, BodyKind expected) {
    assertThat(scan("HTTP/1.1 %d Text\r\n%s\r\n\r\n".formatted(status, field), toHead))
        .isEqualTo(Scan.COMPLETE);
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.bodyKind()).isEqualTo(expected);
    assertThat(head.interim()).isEqualTo(status < 200);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK|X: y, false",
    "HTTP/1.1 200 OK|Content-Length: 1, true",
    "HTTP/1.1 200 OK|Content-Length: 1|Connection: close, false",
    "HTTP/1.0 200 OK|Content-Length: 1, false",
    "HTTP/1.0 200 OK|Content-Length: 1|Connection: keep-alive, true",
    "HTTP/1.1 204 No Content|Content-Length: 9, false",
    "HTTP/1.1 304 Not Modified|Content-Length: 9, true"
  })
  void knowsWhetherTheConnectionStays(String lines, boolean stays) {
    scan(lines.replace("|", "\r\n") + "\r\n\r\n", false);
    assertThat(head.persistent()).isEqualTo(stays);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK|Content-Length: 1|Transfer-Encoding: chunked, BOTH_LENGTHS",
    "HTTP/1.1 200 OK|Content-Length: 1|Content-Length: 2, LENGTH_REPEATED",
    "HTTP/1.1 200 OK|X : y, SPACE_BEFORE_COLON",
    "HTTP/1.1 200 OK|X: y| z, FOLDED_LINE",
    "HTTP/1.1 200 OK|Transfer-Encoding: gzip, TRANSFER_ENCODING_UNKNOWN",
    "HTTP/1.0 200 OK|Transfer-Encoding: chunked, TRANSFER_ENCODING_IN_HTTP_1_0",
    "HTTP/1.1 101 Switching, UNEXPECTED_UPGRADE",
    "HTTP/2.0 200 OK, BAD_STATUS_LINE",
    "HTTP/1.1 20 OK, BAD_STATUS_LINE",
    "HTTP/1.1 099 No, BAD_STATUS_LINE",
    "HTTP/1.1 200OK, BAD_STATUS_LINE",
    "SSH-2.0-OpenSSH_9.2p1, BAD_STATUS_LINE"
  })
  void refusesWhatCantBePassedOn(String lines, Refusal expected) {
    assertThat(scan(lines.replace("|", "\r\n") + "\r\n\r\n", false)).isEqualTo(Scan.REFUSED);
    assertThat(head.refusal()).isEqualTo(expected);
  }

  @Test
  void waitsForMoreAtEveryPrefix() {
    String text = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
    for (int length = 0; length < text.length(); length++) {
      assertThat(scan(text.substring(0, length), false)).isEqualTo(Scan.INCOMPLETE);
    }
    assertThat(scan(text, false)).isEqualTo(Scan.COMPLETE);
    assertThat(head.end()).isEqualTo(text.length());
  }

  @Property
  void neverFailsOnAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    assertThat(head.scan(bytes, 0, bytes.length, false)).isIn((Object[]) Scan.values());
  }
}
