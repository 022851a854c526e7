package io.sluice.compose.cluster;

/** A cluster that can't start or go on; the message says what, and what to do about it. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public ClusterException(String message) {
    super(message);
  }

  /** With a message for people, and its cause. */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
