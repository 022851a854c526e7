package io.sluice.balancer.retry;

/** How a try of a request failed before anything of a response was forwarded. */
public enum Failure {
  /** No connection came about: nothing of the request left. */
  NOT_CONNECTED,
  /**
   * A connection that had served before closed without a byte of response: most likely the server
   * had given it up while it was idle.
   */
  STALE_CONNECTION,
  /** A connection made for this request broke before the head of a response was whole. */
  BROKEN,
  /** The server has said that it did nothing about the request: it takes no more at present. */
  REFUSED,
  /** The server answered, with a status that another one may not give. */
  ERROR_STATUS,
  /** What the server sent can't be passed on: it is not HTTP as it should be. */
  UNINTELLIGIBLE,
  /** The server hangs, or takes too long; the try is still under way. */
  NO_ANSWER
}
