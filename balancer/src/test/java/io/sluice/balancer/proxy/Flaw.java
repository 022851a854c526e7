package io.sluice.balancer.proxy;

/** A fault that is planted between the product and the simulated sockets, to see it found. */
enum Flaw {
  NONE,
  /** A byte of a body changes on its way. */
  CHANGED_BYTE,
  /** Reading goes on though it was stopped. */
  DEAF_TO_PAUSES,
  /** Nobody is told that there is room again. */
  UNTOLD_ROOM,
  /** Nobody is told that a client's connection is closed. */
  UNTOLD_END,
  /** A server that says that it closes is taken for one that does not. */
  UNHEARD_CLOSE,
  /** A reset is an orderly end for whoever reads. */
  GENTLE_RESET,
  /** While bytes of one client are written, those of another one are delivered. */
  NESTED_TURNS,
  /** A buffer is held twice. */
  HELD_BUFFER,
  /** What was sent to a server is sent once more after it broke. */
  SENT_AGAIN
}
