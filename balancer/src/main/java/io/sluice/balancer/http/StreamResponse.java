package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response of HTTP/2, written down as one of HTTP/1.1, so that it is judged and
 * passed on like any other (RFC 9113 section 8.3.2); and its trailers. Reused for head after head;
 * belongs to one thread.
 *
 * <p>{@code :status 200, content-type a/b}, behind which a body follows, becomes
 *
 * <pre>
 *   HTTP/1.1 200
 *   content-type: a/b
 *   transfer-encoding: chunked
 * </pre>
 */
public final class StreamResponse {
  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
  private static final byte[] SP_CRLF = " \r\n".getBytes(US_ASCII);
  private static final byte[] COLON = ": ".getBytes(US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(US_ASCII);
  private static final byte[] EMPTY = "content-length: 0\r\n".getBytes(US_ASCII);
  private static final int CODE_DIGITS = 3;

  private final HeadBytes out = new HeadBytes();
  private int status;
  private long length;
  private boolean chunked;

  /**
   * Writes a head.
   *
   * @param ends whether the response ends with it
   * @param bodyless whether none of its kind has a body, as those to HEAD
   * @return why it can't be one; null if it may be
   */
  public @Nullable Refusal write(
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
      boolean ends,
      boolean bodyless) {
    status = 0;
    length = -1;
    chunked = false;
    out.reset();
    for (var field : fields) {
      Refusal refusal = add(field.getKey(), field.getValue());
      if (refusal != null) {
        return refusal;
      }
    }
    if (status == 0 || status == 101 || (interim() && ends)) {
      return Refusal.PSEUDO_FIELDS;
    }
    boolean empty = bodyless || interim() || status == 204 || status == 304;
    if (ends && !empty && length > 0) {
      return Refusal.BODY_OF_OTHER_LENGTH;
    }
    if (!empty && length < 0) {
      chunked = !ends;
      length = ends ? 0 : -1;
      out.add(ends ? EMPTY : CHUNKED);
    }
    length = empty ? 0 : length;
    out.add(CRLF);
    return null;
  }

  private @Nullable Refusal add(CharSequence name, CharSequence value) {
    if (!StreamHead.validValue(value)) {
      return Refusal.CONTROL_CHARACTER;
    }
    if (":status".contentEquals(name)) {
      return status == 0 && out.length() == 0 ? begin(value) : Refusal.PSEUDO_FIELDS;
    }
    if (status == 0) {
      return Refusal.PSEUDO_FIELDS;
    }
    if (!StreamHead.validName(name)) {
      return Refusal.BAD_FIELD_NAME;
    }
    switch (name.toString()) {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> {
        return Refusal.CONNECTION_FIELD;
      }
      case "content-length" -> {
        if (length >= 0) {
          return Refusal.LENGTH_REPEATED;
        }
        length = StreamHead.length(value);
        if (length < 0) {
          return Refusal.LENGTH_MALFORMED;
        }
      }
      default -> {}
    }
    line(name, value);
    return null;
  }

  private @Nullable Refusal begin(CharSequence code) {
    boolean three = code.length() == CODE_DIGITS;
    for (int i = 0; i < code.length() && three; i++) {
      three = code.charAt(i) >= (i == 0 ? '1' : '0') && code.charAt(i) <= '9';
    }
    if (!three) {
      return Refusal.PSEUDO_FIELDS;
    }
    status = Integer.parseInt(code.toString());
    out.add(VERSION).add(code.toString()).add(SP_CRLF);
    return null;
  }

  /**
   * Writes trailers as they stand behind the last chunk, which follows before them. Fields that
   * have to be known before the body are left out: they come too late to mean anything.
   *
   * @return false if they are none
   */
  public boolean writeTrailers(
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> trailers) {
    out.reset().add("0\r\n");
    for (var field : trailers) {
      CharSequence name = field.getKey();
      if (!StreamHead.validName(name) || !StreamHead.validValue(field.getValue())) {
        return false;
      }
      byte[] bytes = name.toString().getBytes(US_ASCII);
      FieldName known = FieldName.of(bytes, 0, bytes.length);
      if (known == FieldName.OTHER || known == FieldName.DATE) {
        line(name, field.getValue());
      }
    }
    out.add(CRLF);
    return true;
  }

  private void line(CharSequence name, CharSequence value) {
    out.add(name.toString()).add(COLON).add(value.toString()).add(CRLF);
  }

  /** Whether the head is an interim one, behind which another one follows. */
  public boolean interim() {
    return status >= 100 && status < 200;
  }

  /** Whether its body is written in chunks. */
  public boolean chunked() {
    return chunked;
  }

  /** How long its body is; -1: that was not said. */
  public long length() {
    return length;
  }

  /** What was written. */
  public HeadBytes bytes() {
    return out;
  }
}
