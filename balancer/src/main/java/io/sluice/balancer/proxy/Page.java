package io.sluice.balancer.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The body of an answer of our own.
 *
 * @param bytes what is sent
 * @param contentType what it is
 */
// An array, since it is written as it is; nobody compares pages.
@SuppressWarnings("ArrayRecordComponent")
record Page(byte[] bytes, String contentType) {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * What is in the file.
   *
   * @throws ProxyException if it can't be read, or is too large
   */
  static Page read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ProxyException(
            "page %s: it has %d bytes, expected at most %d".formatted(file, size, MAX_BYTES), null);
      }
      return new Page(Files.readAllBytes(file), contentType(file));
    } catch (IOException unreadable) {
      throw new ProxyException(
          "page %s: %s, expected a file that can be read".formatted(file, unreadable), unreadable);
    }
  }

  private static String contentType(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".html") || name.endsWith(".htm")) {
      return "text/html; charset=utf-8";
    }
    return name.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
  }
}
