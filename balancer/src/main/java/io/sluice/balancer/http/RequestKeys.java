package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Optional;

/** What of a request keeps it together with others of its kind. */
public final class RequestKeys {
  private static final String GRPC = "application/grpc";

  private RequestKeys() {}

  /** A hash of the target, the same for ever (FNV-1a). */
  public static long target(RequestHead head) {
    return hash(head.fields().bytes(), head.targetFrom(), head.targetTo());
  }

  /** A hash of a text, the same for ever (FNV-1a). */
  public static long text(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return hash(bytes, 0, bytes.length);
  }

  private static long hash(byte[] bytes, int from, int to) {
    long hash = 0xcbf29ce484222325L;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The first line as the client wrote it. */
  public static String line(RequestHead head) {
    int from = head.methodFrom();
    int to = head.fieldsFrom() - 2;
    return new String(head.fields().bytes(), from, to - from, ISO_8859_1);
  }

  /** The first line as it would be with this version. */
  public static String line(RequestHead head, String version) {
    String line = line(head);
    return line.substring(0, line.lastIndexOf(' ') + 1) + version;
  }

  /** The value of the first field of this lower-case name. */
  public static Optional<String> field(RequestHead head, String name) {
    Fields fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      if (Octets.equalsIgnoreCase(fields.bytes(), fields.nameFrom(i), fields.nameTo(i), name)) {
        int from = fields.valueFrom(i);
        return Optional.of(new String(fields.bytes(), from, fields.valueTo(i) - from, ISO_8859_1));
      }
    }
    return Optional.empty();
  }

  /**
   * The protocol to which the client wants to change, in lower case: one alone, named by {@code
   * Connection} too, in a request of HTTP/1.1 without a body.
   */
  public static Optional<String> upgrade(RequestHead head) {
    if (head.http10() || head.bodyKind() != BodyKind.NONE || !head.framing().upgrades()) {
      return Optional.empty();
    }
    return field(head, "upgrade").map(protocol -> protocol.toLowerCase(Locale.ROOT));
  }

  /** Whether its credentials are of the kind that makes the connection the user's. */
  public static boolean bindsConnection(RequestHead head) {
    return BoundAuthentication.in(head.fields(), "authorization");
  }

  /**
   * Whether it is a call of gRPC, whose bodies both ways are streams of messages, and which has
   * deadlines of its own.
   */
  public static boolean grpc(RequestHead head) {
    return head.method() == RequestMethod.POST
        && field(head, "content-type").filter(RequestKeys::grpcType).isPresent();
  }

  private static boolean grpcType(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    int end = GRPC.length();
    return name.startsWith(GRPC)
        && (name.length() == end || name.charAt(end) == '+' || name.charAt(end) == ';');
  }

  /** The value of the first cookie of this name (RFC 6265 section 4.2); case matters. */
  public static Optional<String> cookie(RequestHead head, String name) {
    Fields fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      if (fields.name(i) == FieldName.COOKIE) {
        Optional<String> found = find(fields, i, name);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> find(Fields fields, int index, String name) {
    byte[] bytes = fields.bytes();
    int to = fields.valueTo(index);
    int at = fields.valueFrom(index);
    while (at < to) {
      while (at < to && Octets.isBlank(bytes[at])) {
        at++;
      }
      int end = at;
      while (end < to && bytes[end] != ';') {
        end++;
      }
      int valueFrom = at + name.length() + 1;
      if (valueFrom <= end && bytes[valueFrom - 1] == '=' && starts(bytes, at, name)) {
        return Optional.of(new String(bytes, valueFrom, end - valueFrom, ISO_8859_1));
      }
      at = end + 1;
    }
    return Optional.empty();
  }

  private static boolean starts(byte[] bytes, int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (bytes[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
