package io.sluice.schemas.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks as encoders write them; those with Huffman codes are of RFC 7541, appendix C.6. */
final class StatusFieldTest {
  private static int read(String block) throws IOException {
    return StatusField.read(ByteBuffer.wrap(HexFormat.of().parseHex(block)));
  }

  @ParameterizedTest
  @CsvSource({
    "88, 200",
    "8e, 500",
    // A table of another size first.
    "3fe11f88, 200",
    // Literals: remembered, not remembered, never to be remembered; with a name of their own.
    "4803333032, 302",
    "0803353033, 503",
    "1803343135, 415",
    "00073a73746174757303353034, 504",
    // Huffman: 302 and 307 of the RFC, 503.
    "488264 02, 302",
    "4883640eff, 307",
    "48836c0cff, 503",
  })
  void aStatusIsRead(String block, int status) throws IOException {
    assertThat(read(block.replace(" ", ""))).isEqualTo(status);
  }

  @Test
  void whatDoesNotBeginWithAStatusIsRefused() {
    for (String block : new String[] {"", "82", "be", "48", "4803", "480130", "48ff", "20"}) {
      assertThatThrownBy(() -> read(block)).isInstanceOf(IOException.class);
    }
  }
}
