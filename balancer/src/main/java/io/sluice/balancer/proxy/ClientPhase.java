package io.sluice.balancer.proxy;

/** Where a client's connection stands; {@link ClientConnection} draws the picture. */
enum ClientPhase {
  /** Nothing of a request is there. */
  IDLE,
  /** A part of a head is there. */
  HEAD,
  /** A request is under way. */
  EXCHANGE,
  /** The last answer is on its way; what still comes is thrown away, so that it arrives. */
  LINGERING,
  CLOSED
}
