package io.sluice.balancer.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WebSocketFramesTest {
  /** A frame with a payload of so many octets, each of which looks like the start of a close. */
  private static byte[] frame(int opcode, boolean masked, int length, int lengthOctets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80 | opcode);
    int mask = masked ? 0x80 : 0;
    out.write(mask | (lengthOctets == 0 ? length : lengthOctets == 2 ? 126 : 127));
    for (int i = lengthOctets - 1; i >= 0; i--) {
      out.write(i < 4 ? length >> (8 * i) : 0);
    }
    for (int i = 0; i < (masked ? 4 : 0) + length; i++) {
      out.write(0x88);
    }
    return out.toByteArray();
  }

  private static final List<byte[]> FRAMES =
      List.of(
          frame(1, false, 0, 0),
          frame(1, true, 0, 0),
          frame(2, false, 125, 0),
          frame(2, true, 126, 2),
          frame(9, false, 5, 0),
          frame(2, false, 70_000, 8),
          frame(0, true, 3, 8));

  @Test
  void aFrameCanBePutInBetweenTwoAndNowhereElse() {
    WebSocketFrames frames = new WebSocketFrames();
    for (byte[] frame : FRAMES) {
      assertThat(frames.open()).isTrue();
      for (int i = 0; i < frame.length; i++) {
        int at = i;
        frames.pass(index -> frame[index], at, at + 1);
        assertThat(frames.open()).isEqualTo(i == frame.length - 1);
      }
    }
    assertThat(frames.closed()).isFalse();
  }

  @Test
  void piecesOfAnySizeMeanTheSame() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    FRAMES.forEach(all::writeBytes);
    byte[] bytes = all.toByteArray();
    for (int size : new int[] {2, 3, 7, 1000, bytes.length}) {
      WebSocketFrames frames = new WebSocketFrames();
      for (int from = 0; from < bytes.length; from += size) {
        frames.pass(index -> bytes[index], from, Math.min(bytes.length, from + size));
      }
      assertThat(frames.open()).isTrue();
    }
  }

  @Test
  void behindACloseFrameNothingIsPutIn() {
    WebSocketFrames frames = new WebSocketFrames();
    byte[] close = WebSocketFrames.close(1001, "going away");
    assertThat(close).startsWith(0x88, 12, 0x03, 0xe9).endsWith('a', 'y');

    frames.pass(index -> close[index], 0, close.length);

    assertThat(frames.closed()).isTrue();
    assertThat(frames.open()).isFalse();
  }
}
