package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChunkedBodyTest {
  private final ChunkedBody body = new ChunkedBody(new HeadLimits(64, 1024, 10));
  private final StringBuilder data = new StringBuilder();

  /** Scans in pieces of this size; gives the number of bytes that belong to the body. */
  private int scan(String text, int piece) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    body.reset();
    data.setLength(0);
    int at = 0;
    while (at < bytes.length && body.state() == ChunkedBody.State.MORE) {
      int to = Math.min(bytes.length, at + piece);
      at = body.scan(index -> bytes[index], at, to, (from, end) -> data.append(text, from, end));
    }
    return at;
  }

  @Test
  void findsTheEndAndTheData() {
    String text = "5\r\nhello\r\n00a;x=\"y\"\r\n, world!!!\r\n0\r\n\r\n";

    assertThat(scan(text + "GET /", 1000)).isEqualTo(text.length());

    assertThat(body.state()).isEqualTo(ChunkedBody.State.DONE);
    assertThat(data).hasToString("hello, world!!!");
  }

  @Test
  void passesTrailers() {
    String text = "0\r\nX-Sum: 1\r\nY: 2\r\n\r\n";
    assertThat(scan(text + "rest", 3)).isEqualTo(text.length());
    assertThat(body.state()).isEqualTo(ChunkedBody.State.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "'', MORE, CHUNK_SIZE_MALFORMED",
    "'g^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'-1^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'0x1^', REFUSED, CHUNK_SIZE_MALFORMED",
    "' 1^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'1 ^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'1_0^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'1000000000000000^', REFUSED, CHUNK_SIZE_MALFORMED",
    "'1;a~', REFUSED, BARE_LF",
    "'1~', REFUSED, BARE_LF",
    "'1;a|b^', REFUSED, BARE_CR",
    "'1^ab', REFUSED, CHUNK_END_MISSING",
    "'1^a~', REFUSED, CHUNK_END_MISSING",
    "'1^a|x', REFUSED, CHUNK_END_MISSING",
    "'0^X : y^^', REFUSED, TRAILER_MALFORMED",
    "'0^ X: y^^', REFUSED, TRAILER_MALFORMED",
    "'0^Content-Length: 5^^', REFUSED, TRAILER_FORBIDDEN",
    "'0^Transfer-Encoding: chunked^^', REFUSED, TRAILER_FORBIDDEN",
    "'0^Host: b^^', REFUSED, TRAILER_FORBIDDEN",
    "'0^X: y~', REFUSED, BARE_LF",
    "'0^X: y|z', REFUSED, BARE_CR"
  })
  void refusesMalformedChunks(String pattern, ChunkedBody.State state, Refusal refusal) {
    scan(pattern.replace("^", "\r\n").replace("~", "\n").replace("|", "\r"), 1);
    assertThat(body.state()).isEqualTo(state);
    assertThat(body.refusal()).isEqualTo(refusal);
  }

  @Test
  void boundsExtensionsAndTrailers() {
    scan("1;" + "x".repeat(300) + "\r\n", 1000);
    assertThat(body.refusal()).isEqualTo(Refusal.CHUNK_EXTENSION_MALFORMED);
    scan("0\r\nX: " + "x".repeat(2000), 1000);
    assertThat(body.refusal()).isEqualTo(Refusal.TRAILERS_TOO_LARGE);
  }

  @Property
  void findsTheSameEndHoweverTheBytesArrive(
      @ForAll @Size(max = 6) List<@StringLength(max = 40) @NotEmpty String> parts,
      @ForAll @IntRange(min = 1, max = 50) int piece) {
    StringBuilder text = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (String part : parts) {
      String latin = new String(part.getBytes(ISO_8859_1), ISO_8859_1);
      text.append(Integer.toHexString(latin.length())).append("\r\n").append(latin).append("\r\n");
      expected.append(latin);
    }
    text.append("0\r\n\r\n");

    int end = scan(text + "HTTP/1.1", piece);

    assertThat(end).isEqualTo(text.length());
    assertThat(body.state()).isEqualTo(ChunkedBody.State.DONE);
    assertThat(data.toString()).isEqualTo(expected.toString());
  }

  @Property
  void neverFailsOnAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    body.reset();
    int end = body.scan(index -> bytes[index], 0, bytes.length, DataSpans.IGNORED);
    assertThat(end).isBetween(0, bytes.length);
  }
}
