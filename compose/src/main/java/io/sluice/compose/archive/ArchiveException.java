package io.sluice.compose.archive;

/** An archive that can't be read: damaged, altered, cut off, or something else altogether. */
public final class ArchiveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public ArchiveException(String message) {
    super(message);
  }

  /** With a message for people, and its cause. */
  public ArchiveException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What is wrong with a line, counted from 1. */
  static ArchiveException at(long line, String problem) {
    return new ArchiveException("line %d: %s".formatted(line, problem));
  }
}
