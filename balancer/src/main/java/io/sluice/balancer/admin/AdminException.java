package io.sluice.balancer.admin;

/** The admin port can't be opened. */
public final class AdminException extends RuntimeException {
  /** A failure with its cause. */
  public AdminException(String message, Throwable cause) {
    super(message, cause);
  }
}
