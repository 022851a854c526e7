package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request or response as a plain reader sees it; slow and simple on purpose. */
record Message(String startLine, List<String> fields, String text, List<String> trailers) {
  /** Reads a message; empty at the end of the stream. */
  static Optional<Message> read(InputStream in, boolean bodiless, boolean untilClose)
      throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    String start = (char) first + line(in);
    List<String> fields = lines(in);
    if (bodiless) {
      return Optional.of(new Message(start, fields, "", List.of()));
    }
    Optional<String> length = field(fields, "content-length");
    if (field(fields, "transfer-encoding").isPresent()) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
        body.write(exactly(in, size));
        line(in);
      }
      return Optional.of(new Message(start, fields, body.toString(ISO_8859_1), lines(in)));
    }
    byte[] body =
        length.isPresent()
            ? exactly(in, Integer.parseInt(length.get()))
            : untilClose ? in.readAllBytes() : new byte[0];
    return Optional.of(new Message(start, fields, new String(body, ISO_8859_1), List.of()));
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(line(in).split(";", 2)[0], 16);
  }

  private static byte[] exactly(InputStream in, int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("body of %d bytes: ended after %d".formatted(size, bytes.length));
    }
    return bytes;
  }

  private static List<String> lines(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      lines.add(line);
    }
    return lines;
  }

  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("in line '" + line + "'");
      }
      if (octet == '\n') {
        return line.toString().replace("\r", "");
      }
      line.append((char) octet);
    }
  }

  private static Optional<String> field(List<String> fields, String name) {
    return fields.stream()
        .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(field -> field.substring(name.length() + 1).strip())
        .findFirst();
  }

  /** The value of a field, by its lower-case name. */
  Optional<String> field(String name) {
    return field(fields, name);
  }

  /** The status code of a response. */
  int status() {
    return Integer.parseInt(startLine.split(" ", 3)[1]);
  }

  String path() {
    return startLine.split(" ", 3)[1];
  }
}
