package io.sluice.schemas.supervision;

import org.slf4j.LoggerFactory;

/** What ends a part whose state may be broken, so that its watcher starts it anew. */
@FunctionalInterface
public interface Halt {
  /** The exit code of a process that was halted: {@code EX_SOFTWARE} of BSD's sysexits. */
  int EXIT_CODE = 70;

  /**
   * Ends the part. Called once at most by each loop, on the loop's own thread, which is over when
   * this returns.
   *
   * @param loop the loop that ended
   * @param cause what it ended by
   */
  void halt(String loop, Throwable cause);

  /** Halts the JVM at once, without its shutdown hooks: they could wait for what is broken. */
  static Halt ofProcess() {
    return (loop, cause) -> {
      try {
        LoggerFactory.getLogger(Halt.class).error("{} can't go on: the process halts", loop, cause);
      } finally {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    };
  }
}
