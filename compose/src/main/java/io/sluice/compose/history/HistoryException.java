package io.sluice.compose.history;

/** A history that can't be exported or imported, and why; what was there before is unchanged. */
public final class HistoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public HistoryException(String message) {
    super(message);
  }

  /** With a message for people, and its cause. */
  public HistoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
