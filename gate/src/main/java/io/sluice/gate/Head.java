package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a request, of which nothing is passed on: the engine is sent one that is written
 * anew, on a connection of its own. So no way to read it can open a way past the rules; it is read
 * strictly nevertheless, to refuse in words what others would read differently.
 *
 * @param method the method
 * @param target path and parameters
 * @param contentLength how many bytes follow; 0: none
 * @param registryAuth credentials for a registry, in base 64
 */
record Head(String method, String target, int contentLength, Optional<String> registryAuth) {
  /** A container with a long environment has some kilobytes. */
  static final int BODY_BYTES_MAX = 256 * 1024;

  /** Files of secrets: more than fifteen of the largest. */
  static final int FILES_BYTES_MAX = 1024 * 1024;

  static final int BYTES_MAX = 32 * 1024;

  private static final int FIELDS_MAX = 64;
  private static final Pattern LINE =
      Pattern.compile("([A-Z]{3,10}) (/[\\x21-\\x7e]*) HTTP/1\\.([01])");
  private static final Pattern FIELD =
      Pattern.compile(
          "([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \\t]*([^\\x00-\\x08\\x0a-\\x1f\\x7f]*?)[ \\t]*");
  private static final Pattern BASE_64 = Pattern.compile("[A-Za-z0-9+/_=-]+");
  private static final String AUTH = "x-registry-auth";

  /** Of these, two could contradict each other. */
  private static final Set<String> ONCE =
      Set.of("content-length", "expect", "host", "transfer-encoding", "upgrade", AUTH);

  /**
   * Reads a head; empty if the stream ends before one begins.
   *
   * @throws RefusedException if it is malformed, or more than a fleet sends
   */
  static Optional<Head> read(InputStream in) throws IOException {
    Optional<String> first = line(in, BYTES_MAX);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Matcher request = LINE.matcher(first.get());
    if (!request.matches()) {
      throw malformed("request line: expected METHOD /path HTTP/1.1");
    }
    SortedMap<String, String> fields = fields(in, BYTES_MAX - first.get().length());
    if (!fields.containsKey("host") && request.group(3).equals("1")) {
      throw malformed("field host: expected once");
    }
    for (String other : new String[] {"upgrade", "expect"}) {
      if (fields.containsKey(other)) {
        throw new RefusedException(
            RefusedException.EXPECTATION_FAILED,
            "field %s '%s': expected none".formatted(other, fields.get(other)));
      }
    }
    Optional<String> auth = Optional.ofNullable(fields.get(AUTH));
    if (auth.isPresent() && !BASE_64.matcher(auth.get()).matches()) {
      throw malformed("field %s: expected base 64".formatted(AUTH));
    }
    return Optional.of(
        new Head(
            request.group(1), request.group(2), contentLength(request.group(1), fields), auth));
  }

  private static SortedMap<String, String> fields(InputStream in, int bytesMax) throws IOException {
    SortedMap<String, String> fields = new TreeMap<>();
    int left = bytesMax;
    int count = 0;
    for (String next = more(in, left); !next.isEmpty(); next = more(in, left)) {
      left -= next.length();
      Matcher field = FIELD.matcher(next);
      if (!field.matches()) {
        throw malformed("header: expected name: value");
      }
      String name = field.group(1).toLowerCase(Locale.ROOT);
      if (fields.put(name, field.group(2)) != null && ONCE.contains(name)) {
        throw malformed("field %s comes twice: expected once".formatted(name));
      }
      if (++count > FIELDS_MAX) {
        throw tooLarge("%d fields".formatted(FIELDS_MAX));
      }
    }
    return fields;
  }

  private static int contentLength(String method, SortedMap<String, String> fields)
      throws RefusedException {
    int max = method.equals("PUT") ? FILES_BYTES_MAX : BODY_BYTES_MAX;
    String length = fields.getOrDefault("content-length", "0");
    String coding = fields.get("transfer-encoding");
    if (coding != null) {
      throw new RefusedException(
          fields.containsKey("content-length")
              ? RefusedException.MALFORMED
              : RefusedException.NO_LENGTH,
          "transfer-encoding '%s': expected a body with content-length".formatted(coding));
    }
    if (!length.matches("[0-9]+")) {
      throw malformed("content-length '%s': expected a number".formatted(length));
    }
    if (length.length() > 9 || Integer.parseInt(length) > max) {
      throw new RefusedException(
          RefusedException.TOO_LARGE,
          "content-length %s: expected at most %d bytes".formatted(length, max));
    }
    return Integer.parseInt(length);
  }

  private static String more(InputStream in, int bytesMax) throws IOException {
    return line(in, bytesMax)
        .orElseThrow(() -> malformed("a head that breaks off: expected an empty line at its end"));
  }

  /** A line without its end; empty at the end of the stream. */
  private static Optional<String> line(InputStream in, int bytesMax) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\r') {
        if (in.read() != '\n') {
          throw malformed("a line that ends in CR alone: expected CR LF");
        }
        return Optional.of(line.toString(ISO_8859_1));
      }
      if (next == '\n') {
        throw malformed("a line that ends in LF alone: expected CR LF");
      }
      if (line.size() >= bytesMax) {
        throw tooLarge("%d bytes".formatted(BYTES_MAX));
      }
      line.write(next);
    }
    if (line.size() > 0) {
      throw malformed("a line that breaks off: expected CR LF at its end");
    }
    return Optional.empty();
  }

  private static RefusedException malformed(String reason) {
    return new RefusedException(RefusedException.MALFORMED, reason);
  }

  private static RefusedException tooLarge(String most) {
    return new RefusedException(RefusedException.HEAD_TOO_LARGE, "head: expected at most " + most);
  }
}
