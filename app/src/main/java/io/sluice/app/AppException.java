package io.sluice.app;

/** A server that can't start; its message says what is wrong, in one line for people. */
public final class AppException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong: what, the value, what was expected. */
  public AppException(String message, Throwable cause) {
    super(message, cause);
  }
}
