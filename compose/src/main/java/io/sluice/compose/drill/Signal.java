package io.sluice.compose.drill;

import java.io.IOException;

/** Signals that the JVM has no call for. */
public enum Signal {
  /** Stands still until {@link #CONT}. */
  STOP,
  /** Goes on. */
  CONT;

  /**
   * Sends it.
   *
   * @throws DrillException if it can't be sent, as when the process has ended
   */
  public void send(ProcessHandle process) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name(), Long.toString(process.pid())).start().waitFor();
      if (code != 0) {
        throw new DrillException("kill -%s ended with %d".formatted(name(), code));
      }
    } catch (IOException failed) {
      throw new DrillException("kill can't be run", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DrillException("interrupted while a signal was sent", interrupted);
    }
  }
}
