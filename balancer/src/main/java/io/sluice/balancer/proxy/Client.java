package io.sluice.balancer.proxy;

/**
 * A client's connection as its loop sees it, whatever it speaks. {@link OpenClients#opened} has to
 * be told of each, and {@link OpenClients#closed} once it is closed.
 */
interface Client {
  /** A number of its own, from {@link OpenClients#number}. */
  int number();

  /** Acts if the time is up, or the client is too slow; called now and then. */
  void sweep(long nowNanos);

  /** Whether nothing is under way, so that {@link #closeIdle} loses nothing. */
  boolean idle();

  /** Closes once all that was written has left. */
  void closeIdle();

  /** Closes at once. */
  void close();

  /** Closes in a way that nobody can take for an orderly end. */
  void reset();

  /** Its time is up, whatever is under way. */
  void cutOff();

  /** It is not served, and told why. */
  void turnAway(Answer answer);

  /** The next request is the last one that it can send: it is told so, if that can be said now. */
  void lastRequest();

  /** Whether it was told so, and does not count among those that are open. */
  boolean turnedAway();

  /** Whether it was given over to another protocol. */
  boolean tunnel();

  /** Tells the client of a tunnel that this end goes away, if that can be said. */
  void sayGoodbye();

  /** Bytes that are held in memory for it, on both sides. */
  long bufferedBytes();
}
