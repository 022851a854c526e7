package io.sluice.topology.stream;

import org.jspecify.annotations.Nullable;

/** What can go wrong in this module, in the form: what, the value, what was expected. */
public class TopologyFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure with its cause. */
  public TopologyFailure(String message, Throwable cause) {
    super(message, cause);
  }

  TopologyFailure(String message, @Nullable Throwable cause, boolean writableStackTrace) {
    super(message, cause, true, writableStackTrace);
  }

  /** A failure without a cause beyond itself. */
  public TopologyFailure(String message) {
    super(message);
  }
}
