package io.sluice.provisioner.history;

/** The history could not be asked or written; the message says where and why. */
public final class HistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure of this kind. */
  public HistoryException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public HistoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
