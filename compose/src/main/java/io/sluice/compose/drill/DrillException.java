package io.sluice.compose.drill;

/** A drill could not be carried out; the message says what was waited for. */
public final class DrillException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public DrillException(String message) {
    super(message);
  }

  /** Says what happened, and the error behind it. */
  public DrillException(String message, Throwable cause) {
    super(message, cause);
  }
}
