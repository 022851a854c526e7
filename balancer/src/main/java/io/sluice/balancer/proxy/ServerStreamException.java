package io.sluice.balancer.proxy;

import java.io.IOException;

/** A stream of HTTP/2 to a server ended before its response did, while its connection goes on. */
final class ServerStreamException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean untouched;

  /**
   * How it ended.
   *
   * @param untouched whether the server has said that it did nothing about the request
   */
  ServerStreamException(String message, boolean untouched) {
    super(message);
    this.untouched = untouched;
  }

  /** Whether nothing was done about the request, so that it may be sent again, whatever it is. */
  boolean untouched() {
    return untouched;
  }
}
