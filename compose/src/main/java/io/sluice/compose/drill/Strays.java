package io.sluice.compose.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that parts of a drill started themselves, such as a balancer that the leader did. */
final class Strays {
  /** The variable by which a server knows where its fleet's registry is. */
  private static final String FLEET = "SLUICE_FLEET=";

  private Strays() {}

  /**
   * Ends every process whose command line names a configuration file in this directory, and every
   * server whose registry is there: one that was being started when its monitor died may not be in
   * the registry yet.
   */
  static void end(Path directory) {
    String prefix = directory.toString() + "/";
    List<ProcessHandle> strays = new ArrayList<>(of(prefix));
    ProcessHandle.allProcesses()
        .filter(process ->
            lines(process, "environ").stream().anyMatch(line -> line.startsWith(FLEET + prefix)))
        .forEach(strays::add);
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
    List<String> told = lines(process, "cmdline");
    return told.isEmpty() ? process.info().arguments().map(List::of).orElse(List.of()) : told;
  }

  /** What Linux tells of a process in a file; nothing where there is no such file. */
  private static List<String> lines(ProcessHandle process, String file) {
    try {
      return List.of(
          Files.readString(Path.of("/proc", Long.toString(process.pid()), file), ISO_8859_1)
              .split("\0", -1));
    } catch (IOException goneOrElsewhere) {
      return List.of();
    }
  }
}
