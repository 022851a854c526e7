package io.sluice.compose.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processes that parts of a drill started themselves, such as a balancer that the leader did. */
final class Strays {
  private Strays() {}

  /** Ends every process whose command line names a configuration file in this directory. */
  static void end(Path directory) {
    List<ProcessHandle> strays = of(directory.toString() + "/");
    strays.forEach(ProcessHandle::destroyForcibly);
    strays.forEach(process -> process.onExit().join());
  }

  /** Every process whose command line names a configuration file that begins so. */
  static List<ProcessHandle> of(String prefix) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> names(process, prefix))
        .toList();
  }

  private static boolean names(ProcessHandle process, String prefix) {
    List<String> arguments = arguments(process);
    int option = arguments.indexOf("--config");
    return option >= 0
        && option + 1 < arguments.size()
        && arguments.get(option + 1).startsWith(prefix);
  }

  /** The JVM gives none of a command line that is as long as a class path can be; Linux does. */
  private static List<String> arguments(ProcessHandle process) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
    try {
      return List.of(Files.readString(file).split("\0", -1));
    } catch (IOException goneOrElsewhere) {
      return process.info().arguments().map(List::of).orElse(List.of());
    }
  }
}
