package io.sluice.compose.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err what is wrong
 */
record Console(PrintWriter out, PrintWriter err) {
  /** The console of the command that picocli runs. */
  static Console of(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("a command runs only by the command line");
    }
    return new Console(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  /** Says that something is wrong that does not end the command. */
  void warn(String message) {
    err.println("sluice: " + message);
    err.flush();
  }
}
