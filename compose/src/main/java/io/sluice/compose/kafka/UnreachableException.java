package io.sluice.compose.kafka;

/** A Kafka cluster that can't be reached, or that holds no Sluice cluster. */
public final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public UnreachableException(String message) {
    super(message);
  }

  /** With a message for people, and its cause. */
  public UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
