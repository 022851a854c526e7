package io.sluice.balancer.access;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether and where requests are logged.
 *
 * @param format how
 * @param file where lines are added; empty: standard output
 */
public record AccessLogConfig(AccessFormat format, Optional<Path> file) {
  /** No log. */
  public static final AccessLogConfig OFF = new AccessLogConfig(AccessFormat.OFF, Optional.empty());
}
