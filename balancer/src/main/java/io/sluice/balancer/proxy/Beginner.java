package io.sluice.balancer.proxy;

/** Who has a request that may have to wait for its turn. */
interface Beginner {
  /** Its turn has come, unless the request is gone meanwhile. */
  void takeTurn();

  /** It failed by a fault of ours: whoever asked is told so by the end of it. */
  void reset();
}
