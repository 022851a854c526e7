package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * Where the frames of one direction of a WebSocket begin and end (RFC 6455 section 5.2), piece by
 * piece as they pass: only between two of them can another one be put in. What is in them is
 * skipped, never looked at. Belongs to one thread.
 *
 * <pre>
 *  FIRST ─▶ LENGTH ─▶ EXTENDED (2 or 8 octets) ─▶ MASK (4) ─▶ PAYLOAD ─▶ FIRST
 *             └──────── what is not there is skipped ──────────────▲
 * </pre>
 */
public final class WebSocketFrames {
  private enum Step {
    FIRST,
    LENGTH,
    EXTENDED,
    MASK,
    PAYLOAD
  }

  private static final int CLOSE = 8;

  private Step step = Step.FIRST;
  private boolean masked;
  private boolean closing;
  private boolean closed;
  private int left;
  private long payload;

  /** Takes note of {@code source[from, to)}. */
  public void pass(ByteSource source, int from, int to) {
    int at = from;
    while (at < to) {
      if (step == Step.PAYLOAD) {
        int end = (int) Math.min(to, at + payload);
        payload -= end - at;
        at = end;
        endIfOver();
      } else {
        header(source.at(at));
        at++;
      }
    }
  }

  private void header(byte octet) {
    switch (step) {
      case FIRST -> {
        closing = (octet & 0x0f) == CLOSE;
        step = Step.LENGTH;
      }
      case LENGTH -> {
        masked = (octet & 0x80) != 0;
        int length = octet & 0x7f;
        payload = length < 126 ? length : 0;
        left = length < 126 ? 0 : length == 126 ? 2 : 8;
        extendedOver();
      }
      case EXTENDED -> {
        // The highest bit is always 0; a peer that sets it breaks its own connection only.
        payload = ((payload << 8) | (octet & 0xff)) & Long.MAX_VALUE;
        left--;
        extendedOver();
      }
      case MASK -> {
        left--;
        maskOver();
      }
      case PAYLOAD -> throw new IllegalStateException("a payload is skipped");
    }
  }

  private void extendedOver() {
    step = Step.EXTENDED;
    if (left == 0) {
      left = masked ? 4 : 0;
      maskOver();
    }
  }

  private void maskOver() {
    step = Step.MASK;
    if (left == 0) {
      step = Step.PAYLOAD;
      endIfOver();
    }
  }

  private void endIfOver() {
    if (payload == 0) {
      closed |= closing;
      step = Step.FIRST;
    }
  }

  /** Whether a frame could be put in here: the one before is whole, and was not the last. */
  public boolean open() {
    return step == Step.FIRST && !closed;
  }

  /** Whether the side that sends has sent its last frame. */
  public boolean closed() {
    return closed;
  }

  /**
   * The frame with which a server ends a WebSocket.
   *
   * @param code why, such as 1001: it goes away
   * @param reason the same for people, at most 123 ASCII letters
   */
  public static byte[] close(int code, String reason) {
    byte[] text = reason.getBytes(US_ASCII);
    byte[] frame =
        Arrays.copyOf(new byte[] {(byte) 0x88, (byte) (2 + text.length)}, 4 + text.length);
    frame[2] = (byte) (code >> 8);
    frame[3] = (byte) code;
    System.arraycopy(text, 0, frame, 4, text.length);
    return frame;
  }
}
