package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RewriteTest {
  private static final byte[] ID = "id".getBytes(ISO_8859_1);
  private static final HopRules TRUSTING = HopRules.DEFAULT.trusting(Networks.parse("10.0.0.0/8"));
  private static final byte[] DATE = "now".getBytes(ISO_8859_1);

  private final RequestHead request = new RequestHead(HeadLimits.DEFAULT);
  private final ResponseHead response = new ResponseHead(HeadLimits.DEFAULT);
  private final HeadBytes out = new HeadBytes();

  private String request(String text, boolean trusted) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    assertThat(request.scan(bytes, 0, bytes.length)).isEqualTo(Scan.COMPLETE);
    RequestRewrite.write(
        request,
        new Hop("10.0.0.1", "lb:1", trusted ? TRUSTING : HopRules.DEFAULT, false),
        ID,
        out);
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
        .doesNotContain("Via")
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

  @Test
  void saysThatItWasHereWhereThatIsWanted() {
    byte[] bytes = "GET / HTTP/1.0\r\nHost: a\r\nVia: 1.1 cdn\r\n\r\n".getBytes(ISO_8859_1);
    assertThat(request.scan(bytes, 0, bytes.length)).isEqualTo(Scan.COMPLETE);
    HopRules told = new HopRules(Networks.NONE, Networks.NONE, true);
    RequestRewrite.write(request, new Hop("10.0.0.1", "lb:1", told, false), ID, out);
    assertThat(out.toString()).contains("Via: 1.1 cdn\r\n").endsWith("Via: 1.0 sluice\r\n\r\n");
  }

  @Test
  void dropsWhatAnybodySaysOfOtherHopsUnderWhicheverName() {
    String rewritten =
        request(
            """
            GET / HTTP/1.1\r
            Host: a\r
            X-Real-IP: 127.0.0.1\r
            x-forwarded-port: 443\r
            X-Forwarded-Ssl: on\r
            X-Forwarded-Scheme: https\r
            X-Forwarded-Prefix: /admin\r
            X-Forwarded-Tls-Client-Cert-Info: x\r
            X_Forwarded_Anything: x\r
            True-Client-IP: 127.0.0.1\r
            Client.IP: 127.0.0.1\r
            X-Forwarder: stays\r
            \r
            """,
            false);

    assertThat(rewritten)
        .isEqualTo(
            """
            GET / HTTP/1.1\r
            Host: a\r
            X-Forwarder: stays\r
            X-Forwarded-For: 10.0.0.1\r
            X-Forwarded-Proto: http\r
            X-Forwarded-Host: a\r
            X-Request-Id: id\r
            \r
            """);
  }

  @Test
  void whatATrustedProxySaysDoesNotVanishIfItsClientNamesIt() {
    String rewritten =
        request(
            """
            GET / HTTP/1.1\r
            Host: a\r
            X-Forwarded-Proto: https\r
            X-Real-IP: 6.6.6.6\r
            Connection: x-forwarded-proto, x-real-ip, x-forwarded-for\r
            X-Forwarded-For: 6.6.6.6\r
            \r
            """,
            true);

    assertThat(rewritten)
        .contains("X-Forwarded-Proto: https\r\nX-Real-IP: 6.6.6.6\r\n")
        .contains("X-Forwarded-For: 6.6.6.6, 10.0.0.1\r\n");
  }

  @Test
  void ofWhatATrustedProxyDoesNotSayOurOwnIsSaid() {
    assertThat(request("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n", true))
        .contains("X-Forwarded-Proto: https\r\n")
        .contains("X-Forwarded-Host: a\r\n");
    assertThat(request("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: b\r\n\r\n", true))
        .contains("X-Forwarded-Proto: http\r\n")
        .contains("X-Forwarded-Host: b\r\n");
  }

  @Test
  void aRequestWhoseIdBelongsToTheConnectionGetsAnotherOne() {
    assertThat(
            request(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: 7\r\nConnection: x-request-id\r\n\r\n",
                false))
        .contains("X-Request-Id: id\r\n")
        .doesNotContain("7");
    assertThat(
            response(
                "HTTP/1.1 204 No Content\r\nConnection: date\r\nDate: d\r\n\r\n",
                ResponseRewrite.Persistence.IMPLIED,
                false))
        .isEqualTo("HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
  }

  @Test
  void aLengthWithZerosBeforeItIsWrittenAsItIsRead() {
    assertThat(request("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0010\r\n\r\n", false))
        .contains("\r\nContent-Length: 10\r\n")
        .doesNotContain("0010");
    assertThat(
            response(
                "HTTP/1.1 200 OK\r\nContent-Length: 007\r\nDate: d\r\n\r\n",
                ResponseRewrite.Persistence.IMPLIED,
                false))
        .isEqualTo("HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 7\r\n\r\n");
    assertThat(request("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", false))
        .contains("\r\nContent-Length: 0\r\n");
  }

  private String bound(String fields) {
    byte[] bytes = ("HTTP/1.1 200 OK\r\nDate: d\r\n" + fields + "\r\n").getBytes(ISO_8859_1);
    assertThat(response.scan(bytes, 0, bytes.length, false)).isEqualTo(Scan.COMPLETE);
    byte[] cookie = "Set-Cookie: s=1\r\n".getBytes(ISO_8859_1);
    ResponseRewrite.write(
        response,
        ResponseRewrite.Persistence.IMPLIED,
        false,
        new ResponseRewrite.Extras(DATE, cookie),
        out);
    return out.toString();
  }

  @Test
  void noCacheGivesOneUsersCookieToAnother() {
    assertThat(bound("Content-Length: 1\r\n"))
        .contains("Set-Cookie: s=1\r\nCache-Control: private\r\n");
    assertThat(bound("Cache-Control: max-age=60\r\n"))
        .contains("Set-Cookie: s=1\r\nCache-Control: private\r\n");
    assertThat(bound("Cache-Control: no-store\r\n"))
        .contains("Set-Cookie: s=1\r\n")
        .doesNotContain("private");
    assertThat(bound("cache-control: Public, max-age=60\r\n")).doesNotContain("Set-Cookie");
    assertThat(bound("Cache-Control: s-maxage=60\r\n")).doesNotContain("Set-Cookie");
  }
}
