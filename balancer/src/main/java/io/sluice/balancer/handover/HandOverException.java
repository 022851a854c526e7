package io.sluice.balancer.handover;

/** A hand-over did not come about; whoever served before still does. */
public final class HandOverException extends RuntimeException {
  /** A failure of the conversation. */
  public HandOverException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public HandOverException(String message, Throwable cause) {
    super(message, cause);
  }
}
