package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The paths of requests. One that can be read in two ways is not read at all: what a path means
 * must not depend on who takes it apart.
 */
final class Targets {
  /** RFC 3986's {@code pchar} without the semicolon, which some take for the end of a name. */
  private static final Pattern SEGMENT =
      Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+");

  private static final Pattern ENCODED = Pattern.compile("%([0-9A-Fa-f]{2})");
  private static final String MEANINGFUL = "/\\.%;?#";
  private static final int HEX = 16;
  private static final int SPACE = 0x20;
  private static final int DELETE = 0x7f;
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private Targets() {}

  /**
   * What is wrong with a path as it came over the wire.
   *
   * @return empty if there is one way only to read it
   */
  static Optional<String> objection(String raw) {
    if (!raw.startsWith("/")) {
      return Optional.of("a path that begins with /, and no host before it");
    }
    if (raw.equals("/")) {
      return Optional.empty();
    }
    String[] segments = raw.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean trailing = i == segments.length - 1 && segments[i].isEmpty();
      Optional<String> wrong = trailing ? Optional.empty() : objectionTo(segments[i]);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> objectionTo(String segment) {
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      return Optional.of("no empty part, and none of dots only");
    }
    if (!SEGMENT.matcher(segment).matches()) {
      return Optional.of("letters, digits and -._~!$&'()*+,=:@, others as %XX of UTF-8");
    }
    boolean hides =
        ENCODED
            .matcher(segment)
            .results()
            .map(found -> Integer.parseInt(found.group(1), HEX))
            .anyMatch(octet -> octet < SPACE || octet == DELETE || MEANINGFUL.indexOf(octet) >= 0);
    if (hides || !utf8(segment)) {
      return Optional.of("no %XX for what divides paths, for control characters or no text");
    }
    return Optional.empty();
  }

  private static boolean utf8(String segment) {
    byte[] octets = new byte[segment.length()];
    int length = 0;
    for (int i = 0; i < segment.length(); i++) {
      if (segment.charAt(i) == '%') {
        octets[length++] = (byte) Integer.parseInt(segment.substring(i + 1, i + 3), HEX);
        i += 2;
      } else {
        octets[length++] = (byte) segment.charAt(i);
      }
    }
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, 0, length));
      return true;
    } catch (CharacterCodingException noText) {
      return false;
    }
  }

  /**
   * The path of a route with its parameters filled in.
   *
   * @param template such as {@code /v1/zones/{zone}/scale}
   * @param parameters the decoded value of each
   */
  static String path(String template, UnaryOperator<String> parameters) {
    return Stream.of(template.split("/", -1))
        .map(part ->
            part.startsWith("{")
                ? encoded(parameters.apply(part.substring(1, part.length() - 1)))
                : part)
        .collect(Collectors.joining("/"));
  }

  private static String encoded(String value) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : value.getBytes(UTF_8)) {
      char as = (char) (octet & 0xff);
      boolean plain = PLAIN.indexOf(as) >= 0;
      encoded.append(plain ? String.valueOf(as) : "%%%02X".formatted((int) as));
    }
    return encoded.toString();
  }
}
