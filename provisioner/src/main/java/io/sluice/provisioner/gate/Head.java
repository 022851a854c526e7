package io.sluice.provisioner.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a request to the gate. It is read strictly, and the engine is sent one that is
 * written anew, so that the two can't understand it differently.
 *
 * @param method the method
 * @param target path and query
 * @param fields the header's fields, by their names in lower case
 */
record Head(String method, String target, Map<String, String> fields) {
  private static final int BYTES_MAX = 32 * 1024;
  private static final Pattern LINE =
      Pattern.compile("([A-Z]{3,10}) (/[\\x21-\\x7e]*) HTTP/1\\.[01]");
  private static final Pattern FIELD =
      Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \\t]*(.*?)[ \\t]*");

  /** What can't be understood, or is larger than anything that the fleet sends. */
  static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** Reads a head; empty if the stream ends before one begins. */
  static Optional<Head> read(InputStream in) throws IOException {
    String first = line(in, BYTES_MAX);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Matcher request = LINE.matcher(first);
    if (!request.matches()) {
      throw new MalformedException("request line: expected METHOD /path HTTP/1.1");
    }
    Map<String, String> fields = new TreeMap<>();
    int left = BYTES_MAX - first.length();
    for (String next = line(in, left); !next.isEmpty(); next = line(in, left)) {
      left -= next.length();
      Matcher field = FIELD.matcher(next);
      if (!field.matches()) {
        throw new MalformedException("header: expected name: value");
      }
      String name = field.group(1).toLowerCase(Locale.ROOT);
      if (fields.put(name, field.group(2)) != null && name.matches("content-length|host")) {
        throw new MalformedException("field %s comes twice".formatted(name));
      }
    }
    return Optional.of(new Head(request.group(1), request.group(2), fields));
  }

  /** A line without its end; empty at the end of the stream as well. */
  static String line(InputStream in, int bytesMax) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\r') {
        if (in.read() != '\n') {
          throw new MalformedException("a line that ends in CR alone");
        }
        return line.toString(ISO_8859_1);
      }
      if (next == '\n') {
        throw new MalformedException("a line that ends in LF alone");
      }
      if (line.size() >= bytesMax) {
        throw new MalformedException("a head that is too long");
      }
      line.write(next);
    }
    if (line.size() > 0) {
      throw new MalformedException("a head that breaks off");
    }
    return "";
  }

  /** A field; empty if it is not there. */
  String field(String name) {
    return fields.getOrDefault(name, "");
  }
}
