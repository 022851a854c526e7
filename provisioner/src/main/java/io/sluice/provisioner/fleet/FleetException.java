package io.sluice.provisioner.fleet;

/** A fleet could not do what it was asked; the message tells an operator why. */
public class FleetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what failed. */
  public FleetException(String message) {
    super(message);
  }

  /** Says what failed, and the error behind it. */
  public FleetException(String message, Throwable cause) {
    super(message, cause);
  }
}
