package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RewriteTest {
  private static final byte[] ID = "id".getBytes(ISO_8859_1);
  private static final byte[] DATE = "now".getBytes(ISO_8859_1);

  private final RequestHead request = new RequestHead(HeadLimits.DEFAULT);
  private final ResponseHead response = new ResponseHead(HeadLimits.DEFAULT);
  private final HeadBytes out = new HeadBytes();

  private String request(String text, boolean trusted) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    assertThat(request.scan(bytes, 0, bytes.length)).isEqualTo(Scan.COMPLETE);
    RequestRewrite.write(request, new Hop("10.0.0.1", "lb:1", trusted, false), ID, out);
    return out.toString();
  }

  private String response(String text, ResponseRewrite.Persistence persistence, boolean unchunk) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    assertThat(response.scan(bytes, 0, bytes.length, false)).isEqualTo(Scan.COMPLETE);
    ResponseRewrite.write(
        response, persistence, unchunk, new ResponseRewrite.Extras(DATE, new byte[0]), out);
    return out.toString();
  }

  @Test
  void takesOutWhatBelongsToTheConnectionAndAddsTheHop() {
    String rewritten =
        request(
            """
            GET /x HTTP/1.1\r
            Host: a\r
            Connection: X-Gone, close\r
            x-gone: 1\r
            X-Stays: 2\r
            Upgrade: h2c\r
            Proxy-Authorization: secret\r
            Proxy: evil\r
            X-Forwarded-For: 6.6.6.6\r
            Forwarded: for=6.6.6.6\r
            Accept:  text/html \r
            \r
            """,
            false);

    assertThat(rewritten)
        .isEqualTo(
            """
            GET /x HTTP/1.1\r
            Host: a\r
            X-Stays: 2\r
            Accept:  text/html \r
            X-Forwarded-For: 10.0.0.1\r
            X-Forwarded-Proto: http\r
            X-Forwarded-Host: a\r
            X-Request-Id: id\r
            Via: 1.1 sluice\r
            \r
            """);
  }

  @Test
  void keepsWhatATrustedProxySays() {
    String rewritten =
        request(
            """
            GET / HTTP/1.1\r
            Host: a\r
            X-Forwarded-For: 6.6.6.6\r
            X-Forwarded-For: 7.7.7.7\r
            X-Forwarded-Proto: https\r
            X-Forwarded-Host: shop\r
            X-Request-Id: theirs\r
            \r
            """,
            true);

    assertThat(rewritten)
        .isEqualTo(
            """
            GET / HTTP/1.1\r
            Host: a\r
            X-Forwarded-Proto: https\r
            X-Forwarded-Host: shop\r
            X-Request-Id: theirs\r
            X-Forwarded-For: 6.6.6.6, 7.7.7.7, 10.0.0.1\r
            Via: 1.1 sluice\r
            \r
            """);
  }

  @Test
  void turnsAbsoluteFormIntoOriginFormAndBelievesTheTargetNotHost() {
    assertThat(request("GET http://b:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n", false))
        .startsWith("GET /p?q HTTP/1.1\r\nHost: b:81\r\n")
        .contains("X-Forwarded-Host: b:81\r\n")
        .doesNotContain("Host: a");
    assertThat(request("GET HTTP://b?q HTTP/1.1\r\nHost: a\r\n\r\n", false))
        .startsWith("GET /?q HTTP/1.1\r\nHost: b\r\n");
    assertThat(request("OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n", false))
        .startsWith("OPTIONS * HTTP/1.1\r\nHost: b\r\n");
  }

  @Test
  void givesAnOldRequestAHostAndTheNewVersion() {
    assertThat(request("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", false))
        .startsWith("GET / HTTP/1.1\r\nHost: lb:1\r\n")
        .contains("Via: 1.0 sluice")
        .doesNotContain("Expect");
  }

  @Test
  void takesTheServersConnectionOutOfAResponse() {
    assertThat(
            response(
                "HTTP/1.0 200\r\nConnection: keep-alive\r\nContent-Length: 3\r\nDate: d\r\n\r\n",
                ResponseRewrite.Persistence.IMPLIED,
                false))
        .isEqualTo("HTTP/1.1 200 \r\nContent-Length: 3\r\nDate: d\r\n\r\n");
    assertThat(
            response(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                ResponseRewrite.Persistence.CLOSE,
                true))
        .isEqualTo("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\n");
    assertThat(
            response(
                "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
                ResponseRewrite.Persistence.KEEP_ALIVE,
                false))
        .isEqualTo("HTTP/1.1 204 No Content\r\nDate: now\r\nConnection: keep-alive\r\n\r\n");
  }
}
