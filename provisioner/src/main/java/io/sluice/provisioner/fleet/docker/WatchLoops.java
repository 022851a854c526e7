package io.sluice.provisioner.fleet.docker;

import io.sluice.schemas.supervision.Loops;

/** The loops of one watch over an engine or a swarm. */
final class WatchLoops {
  private WatchLoops() {}

  /** New ones; nothing in a watch can be broken so that it had to end the process. */
  static Loops make() {
    return new Loops((loop, cause) -> {
      throw new IllegalStateException("no loop of a watch halts: " + loop, cause);
    });
  }

  /**
   * Ends them without waiting: a call to an engine that hangs may take half a minute, and whoever
   * watched must not wait for that.
   */
  static void end(Loops loops) {
    Thread.ofVirtual().name("end-of-watch").start(loops::close);
  }
}
