package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Counts the system calls of a process with {@code perf}, where the kernel lets us. */
final class SystemCalls {
  private static final String EVENT = "raw_syscalls:sys_enter";

  private final long pid;
  private final Path file;

  /**
   * Of this process.
   *
   * @param file what was counted is written to
   */
  SystemCalls(long pid, Path file) {
    this.pid = pid;
    this.file = file;
  }

  /** Whether this machine can count. */
  static boolean countable() {
    try {
      Process perf =
          new ProcessBuilder("perf", "stat", "-e", EVENT, "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return perf.waitFor() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BalancerBenchException("interrupted before the load", interrupted);
    }
  }

  /** The command line that runs this one, and counts meanwhile. */
  List<String> around(List<String> line) {
    List<String> counting =
        new ArrayList<>(
            List.of("perf", "stat", "-x", ",", "-o", file.toString(), "-e", EVENT, "-p"));
    counting.add(Long.toString(pid));
    counting.add("--");
    counting.addAll(line);
    return counting;
  }

  /** How many there were; empty: it was not counted after all. */
  OptionalLong counted() {
    try {
      return parse(Files.readAllLines(file));
    } catch (IOException missing) {
      throw new BalancerBenchException("%s: expected what perf counted".formatted(file), missing);
    }
  }

  static OptionalLong parse(List<String> lines) {
    return lines.stream()
        .filter(line -> line.contains(EVENT))
        .map(line -> line.substring(0, line.indexOf(',')))
        .filter(number -> number.matches("[0-9]+"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }
}
