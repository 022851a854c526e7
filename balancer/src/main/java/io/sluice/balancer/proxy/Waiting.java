package io.sluice.balancer.proxy;

/**
 * The requests of one loop that wait for a server, because there is none at the moment: the only
 * one of a zone died and its successor is starting. Bounded in number and, by {@link
 * ProxyTimeouts#hold}, in time; whoever finds no place is told at once.
 */
final class Waiting {
  /** Each may hold a head and a replay buffer of 64 KiB: 64 MiB a loop at the very most. */
  static final int REQUESTS_MAX = 1024;

  private int requests;

  /** Takes a place, if there is one. */
  boolean enter() {
    if (requests == REQUESTS_MAX) {
      return false;
    }
    requests++;
    return true;
  }

  /** Gives the place back. */
  void leave() {
    requests--;
  }
}
