package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request of HTTP/2, written down as one of HTTP/1.1, so that it is judged, logged
 * and passed on like any other: what is refused there is refused here. Before that stand the rules
 * that only HTTP/2 has (RFC 9113 sections 8.2 and 8.3), by the same wish that nobody reads a
 * request in another way than we do. Reused for head after head; belongs to one thread.
 *
 * <p>{@code :method POST, :scheme https, :authority a, :path /b, cookie x=1, cookie y=2} becomes
 *
 * <pre>
 *   POST /b HTTP/1.1
 *   host: a
 *   cookie: x=1; y=2
 *   transfer-encoding: chunked
 * </pre>
 */
public final class StreamHead {
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] COLON = ascii(": ");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] COOKIE = ascii("cookie: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final int LENGTH_DIGITS_MAX = 18;

  private final HeadBytes out = new HeadBytes();
  private final HeadBytes fields = new HeadBytes();
  private final HeadBytes cookies = new HeadBytes();
  private @Nullable CharSequence method;
  private @Nullable CharSequence scheme;
  private @Nullable CharSequence authority;
  private @Nullable CharSequence path;
  private @Nullable CharSequence host;
  private @Nullable Refusal refusal;
  private boolean regular;
  private long length;

  /** Waits for the next head. */
  public void reset() {
    fields.reset();
    cookies.reset();
    method = null;
    scheme = null;
    authority = null;
    path = null;
    host = null;
    refusal = null;
    regular = false;
    length = -1;
  }

  /** Takes the next field. */
  public void add(CharSequence name, CharSequence value) {
    if (refusal != null) {
      return;
    }
    if (!validValue(value)) {
      refusal = Refusal.CONTROL_CHARACTER;
    } else if (!name.isEmpty() && name.charAt(0) == ':') {
      refusal = pseudo(name.toString(), value);
    } else {
      regular = true;
      refusal = validName(name) ? regular(name.toString(), value) : Refusal.BAD_FIELD_NAME;
    }
  }

  private @Nullable Refusal pseudo(String name, CharSequence value) {
    CharSequence before =
        switch (name) {
          case ":method" -> method;
          case ":scheme" -> scheme;
          case ":authority" -> authority;
          case ":path" -> path;
          default -> name;
        };
    if (regular || before != null || !visible(value)) {
      return Refusal.PSEUDO_FIELDS;
    }
    switch (name) {
      case ":method" -> method = value;
      case ":scheme" -> scheme = value;
      case ":authority" -> authority = value;
      default -> path = value;
    }
    return null;
  }

  private @Nullable Refusal regular(String name, CharSequence value) {
    return switch (name) {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
          Refusal.CONNECTION_FIELD;
      case "te" -> "trailers".contentEquals(value) ? null : Refusal.CONNECTION_FIELD;
      case "cookie" -> {
        // Sent in crumbs, so that those that stay the same are compressed.
        cookies.add(cookies.length() == 0 ? "" : "; ").add(value.toString());
        yield null;
      }
      case "host" -> {
        boolean repeated = host != null;
        host = value;
        yield repeated ? Refusal.HOST_REPEATED : null;
      }
      case "content-length" -> {
        boolean repeated = length >= 0;
        length = length(value);
        yield repeated ? Refusal.LENGTH_REPEATED : malformed(length);
      }
      default -> {
        fields.add(name).add(COLON).add(value.toString()).add(CRLF);
        yield null;
      }
    };
  }

  private static @Nullable Refusal malformed(long length) {
    return length < 0 ? Refusal.LENGTH_MALFORMED : null;
  }

  static long length(CharSequence value) {
    long length = value.isEmpty() || value.length() > LENGTH_DIGITS_MAX ? -1 : 0;
    for (int i = 0; i < value.length() && length >= 0; i++) {
      int digit = value.charAt(i) - '0';
      length = digit < 0 || digit > 9 ? -1 : 10 * length + digit;
    }
    return length;
  }

  /**
   * Writes the head.
   *
   * @param ends whether the request ends with it
   * @return why it can't be one; null if it may be
   */
  public @Nullable Refusal write(boolean ends) {
    if (refusal != null) {
      return refusal;
    }
    if (method != null && "CONNECT".contentEquals(method)) {
      return Refusal.METHOD_NOT_ALLOWED;
    }
    if (method == null || scheme == null || path == null || !pathOf(method, path)) {
      return Refusal.PSEUDO_FIELDS;
    }
    boolean web = "http".contentEquals(scheme) || "https".contentEquals(scheme);
    if (!web || (authority != null && authority.isEmpty())) {
      return Refusal.PSEUDO_FIELDS;
    }
    if (authority != null && host != null && !same(authority, host)) {
      return Refusal.HOST_REPEATED;
    }
    if (ends && length > 0) {
      return Refusal.BODY_OF_OTHER_LENGTH;
    }
    out.reset().add(method.toString()).add(" ").add(path.toString()).add(VERSION);
    CharSequence named = authority == null ? host : authority;
    if (named != null) {
      out.add("host: ").add(named.toString()).add(CRLF);
    }
    out.add(fields.array(), 0, fields.length());
    if (cookies.length() > 0) {
      out.add(COOKIE).add(cookies.array(), 0, cookies.length()).add(CRLF);
    }
    if (length >= 0) {
      out.add("content-length: " + length).add(CRLF);
    } else if (!ends) {
      out.add(CHUNKED);
    }
    out.add(CRLF);
    return null;
  }

  /** Absolute-form is for proxies that clients know of, which nobody is over HTTP/2. */
  private static boolean pathOf(CharSequence method, CharSequence path) {
    boolean asterisk = "*".contentEquals(path) && "OPTIONS".contentEquals(method);
    return asterisk || (!path.isEmpty() && path.charAt(0) == '/');
  }

  private static boolean same(CharSequence one, CharSequence other) {
    return one.toString().equalsIgnoreCase(other.toString());
  }

  private static boolean visible(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) <= ' ' || value.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  static boolean validName(CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      char octet = name.charAt(i);
      if (octet > 0x7f || !Octets.isToken((byte) octet) || (octet >= 'A' && octet <= 'Z')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Without blanks around it, which HTTP/1.1 would take off. */
  static boolean validValue(CharSequence value) {
    int last = value.length() - 1;
    if (last >= 0
        && (Octets.isBlank((byte) value.charAt(0)) || Octets.isBlank((byte) value.charAt(last)))) {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      if (value.charAt(i) > 0xff || !Octets.isValue((byte) value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes trailers as they stand behind the last chunk.
   *
   * @return false if they are none
   */
  public boolean writeTrailers(Iterable<Map.Entry<CharSequence, CharSequence>> trailers) {
    out.reset();
    for (var field : trailers) {
      CharSequence value = field.getValue();
      if (!validName(field.getKey()) || !validValue(value)) {
        return false;
      }
      out.add(field.getKey().toString()).add(COLON).add(value.toString()).add(CRLF);
    }
    out.add(CRLF);
    return true;
  }

  /** What was written. */
  public HeadBytes bytes() {
    return out;
  }

  /** How long the body is to be; -1: that was not said. */
  public long length() {
    return length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
