package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
  @Test
  void aHeadAsTheFleetSendsItIsRead() throws IOException {
    assertThat(
            read(
                """
                POST /containers/create?name=a HTTP/1.1
                accept: application/json
                content-type: application/json
                Accept-Encoding: gzip, x-gzip, deflate
                Host: 127.0.0.1:2375
                Content-Length: 1956
                Connection: keep-alive
                X-Registry-Auth: eyJ1c2VybmFtZSI6ImEifQ==
                User-Agent: Apache-HttpClient/5.5.1 (Java/25.0.3)

                """))
        .contains(
            new Head(
                "POST",
                "/containers/create?name=a",
                1956,
                Optional.of("eyJ1c2VybmFtZSI6ImEifQ==")));
  }

  @Test
  void whoHangsUpBeforeAHeadHasSaidNothing() throws IOException {
    assertThat(Head.read(new ByteArrayInputStream(new byte[0]))).isEmpty();
  }

  static final List<String> TWO_WAYS =
      List.of(
          "GET /_ping HTTP/1.1\nHost: x\n\n",
          "GET /_ping HTTP/1.1\r\nHost: x\n\r\n",
          "GET /_ping HTTP/1.1\rHost: x\r\r",
          "GET  /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /_ping  HTTP/1.1\r\nHost: x\r\n\r\n",
          " GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET\t/_ping HTTP/1.1\r\nHost: x\r\n\r\n",
          "get /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /_ping\r\n\r\n",
          "GET /_ping HTTP/2.0\r\nHost: x\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "GET /_ping HTTP/1.2\r\nHost: x\r\n\r\n",
          "GET /_ping HTTP/1.1 \r\nHost: x\r\n\r\n",
          "GET http://engine/_ping HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET unix:///var/run/docker.sock HTTP/1.1\r\nHost: x\r\n\r\n",
          "CONNECT engine:2375 HTTP/1.1\r\nHost: x\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /_ping\u00a0 HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /_p\u0000ing HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /_ping HTTP/1.1\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost : x\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\nA: b\u0000c\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\nA: b\r\rc\r\n\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x\r\n",
          "GET /_ping HTTP/1.1\r\nHost: x",
          "GET /_pi",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\nab",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1.0\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: \u0661\r\n\r\na",
          "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: x\r\nX-Registry-Auth: a\r\nX-Registry-Auth: b\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: x\r\nX-Registry-Auth: a b\r\n\r\n");

  @ParameterizedTest
  @FieldSource("TWO_WAYS")
  void whatCouldBeReadInTwoWaysIsMalformed(String raw) {
    refused(raw, RefusedException.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunked",
        "Chunked",
        "gzip, chunked",
        "identity",
        "",
        "chunked, chunked",
        "\u000bchunked",
        "xchunked"
      })
  void aBodyIsSentWithItsLength(String coding) {
    String raw =
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n";

    assertThatThrownBy(() -> Head.read(bytes(raw)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.status())
                    .isIn(RefusedException.NO_LENGTH, RefusedException.MALFORMED));
  }

  @Test
  void noConnectionBecomesAnother() {
    refused(
        "GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
        RefusedException.EXPECTATION_FAILED);
    refused(
        "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
        RefusedException.EXPECTATION_FAILED);
  }

  @Test
  void whatIsLargerThanAFleetSendsIsRefused() {
    for (String length : new String[] {"262145", "1048576", "99999999999999999999999"}) {
      refused(
          "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n",
          RefusedException.TOO_LARGE);
    }
    refused("GET /%s HTTP/1.1\r\n".formatted("a".repeat(40_000)), RefusedException.HEAD_TOO_LARGE);
    refused(
        "GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(100) + "\r\n",
        RefusedException.HEAD_TOO_LARGE);
    refused(
        "GET / HTTP/1.1\r\nHost: x\r\nA: " + "b".repeat(40_000), RefusedException.HEAD_TOO_LARGE);
  }

  private static Optional<Head> read(String text) throws IOException {
    return Head.read(bytes(text.replace("\n", "\r\n")));
  }

  private static void refused(String raw, int status) {
    assertThatThrownBy(() -> Head.read(bytes(raw)))
        .as(raw)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.status()).as(refused.reason()).isEqualTo(status);
              assertThat(refused.reason()).contains("expected");
            });
  }

  private static ByteArrayInputStream bytes(String raw) {
    return new ByteArrayInputStream(raw.getBytes(ISO_8859_1));
  }
}
