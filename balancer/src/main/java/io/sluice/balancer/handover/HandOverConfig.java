package io.sluice.balancer.handover;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and how a successor can take over.
 *
 * @param socket path of the Unix socket at which a successor asks, readable by nobody else, at most
 *     {@value #PATH_BYTES_MAX} bytes long; empty: nobody can take over
 * @param grace how long connections may take to end after a hand-over, 0 to 1 day
 */
public record HandOverConfig(Optional<Path> socket, Duration grace) {
  /** Linux has room for 107, of which some are for a name in between. */
  public static final int PATH_BYTES_MAX = 90;

  /** Long enough for most downloads; it costs nothing but the memory of the old process. */
  public static final Duration GRACE_DEFAULT = Duration.ofMinutes(1);

  /** Nobody can take over. */
  public static final HandOverConfig NONE = new HandOverConfig(Optional.empty(), GRACE_DEFAULT);

  /**
   * Validates both.
   *
   * @throws IllegalArgumentException if the path is too long or the grace out of its range
   */
  public HandOverConfig {
    socket.ifPresent(path -> {
      int length = path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      if (length > PATH_BYTES_MAX) {
        throw new IllegalArgumentException(
            "path of a Unix socket '%s': expected at most %d bytes"
                .formatted(path, PATH_BYTES_MAX));
      }
    });
    if (grace.isNegative() || grace.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "grace after a hand-over %s: expected PT0S to PT24H".formatted(grace));
    }
  }
}
