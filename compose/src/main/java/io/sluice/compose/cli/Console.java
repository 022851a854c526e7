package io.sluice.compose.cli;

import io.sluice.schemas.config.Problem;
import java.io.PrintWriter;
import java.util.List;
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

  /** Says that something is wrong in these places, one a line; without places, the message. */
  void problems(String message, List<Problem> problems) {
    if (problems.isEmpty()) {
      warn(message);
      return;
    }
    String source = message.split(": ", 2)[0];
    warn(
        "%s: %d %s"
            .formatted(source, problems.size(), problems.size() == 1 ? "problem" : "problems"));
    problems.forEach(problem -> err.println("  " + problem));
    err.flush();
  }
}
