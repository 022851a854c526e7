package io.sluice.gate;

import java.io.IOException;

/** A request that is not answered by the engine. */
final class RefusedException extends IOException {
  static final int MALFORMED = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int TIMED_OUT = 408;
  static final int NO_LENGTH = 411;
  static final int TOO_LARGE = 413;
  static final int EXPECTATION_FAILED = 417;
  static final int HEAD_TOO_LARGE = 431;
  static final int BROKEN = 500;
  static final int ENGINE_GONE = 502;
  static final int BUSY = 503;
  static final int ENGINE_SILENT = 504;

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A request that is refused.
   *
   * @param status the status code of the answer
   * @param reason what is wrong, the value, what was expected
   */
  RefusedException(int status, String reason) {
    super(reason);
    this.status = status;
  }

  int status() {
    return status;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
