package io.sluice.schemas.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** What a template's health path may be: a path, with a query or not, on the server itself. */
final class HealthPath {
  private static final String EXPECTED =
      "expected a path that begins with one /, with a query or not, of the characters of a URI"
          + " (others as %41), such as /health_check?deep=1";
  private static final int LENGTH_MAX = 2_000;
  private static final URI SERVER = URI.create("http://server:1");

  private HealthPath() {}

  /**
   * The path as it is.
   *
   * @throws IllegalArgumentException if it is no such path, or would leave the server
   */
  static String require(String path) {
    if (path.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "health path of " + path.length() + " characters: expected " + LENGTH_MAX + " or fewer");
    }
    fault(path)
        .ifPresent(fault -> {
          throw new IllegalArgumentException(
              "health path '" + path + "': " + EXPECTED + "; " + fault);
        });
    return path;
  }

  private static Optional<String> fault(String path) {
    if (!path.startsWith("/")) {
      return Optional.of("it does not begin with /");
    }
    if (path.startsWith("//")) {
      return Optional.of("after // comes another host");
    }
    try {
      URI relative = new URI(path);
      if (relative.getRawFragment() != null) {
        return Optional.of("a server never sees what stands behind #");
      }
      URI resolved = SERVER.resolve(relative);
      boolean stays =
          SERVER.getScheme().equals(resolved.getScheme())
              && SERVER.getRawAuthority().equals(resolved.getRawAuthority())
              && path.chars().allMatch(HealthPath::isAscii);
      return stays ? Optional.empty() : Optional.of("it has other characters");
    } catch (URISyntaxException malformed) {
      return Optional.of(
          "at character " + (malformed.getIndex() + 1) + ": " + malformed.getReason());
    }
  }

  private static boolean isAscii(int character) {
    return character > ' ' && character < 127;
  }
}
