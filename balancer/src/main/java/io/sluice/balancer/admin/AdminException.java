package io.sluice.balancer.admin;

import java.util.Optional;

/** The admin port can't be opened. */
public final class AdminException extends RuntimeException {
  /** A failure with its cause, if it is known. */
  public AdminException(String message, Optional<? extends Exception> cause) {
    super(message, cause.orElse(null));
  }
}
