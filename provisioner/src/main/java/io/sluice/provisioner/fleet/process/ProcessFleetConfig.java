package io.sluice.provisioner.fleet.process;

import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How servers run as processes of this host.
 *
 * @param command the command line of a server; what it needs to know comes in environment variables
 * @param directory where registry and logs of the servers live; shared by the monitors of this host
 * @param host the address that servers listen on
 * @param firstPort the first port to be tried for a server, 1 to 65535
 * @param crashLogsMax how many logs of crashed servers are kept, 0 to 10000
 * @param detached whether servers get a session of their own, where the host has {@code setsid}, so
 *     that a Ctrl-C in the monitor's terminal does not end them without draining
 */
public record ProcessFleetConfig(
    List<String> command,
    Path directory,
    String host,
    int firstPort,
    int crashLogsMax,
    boolean detached) {
  /** Servers of the embedded cluster are for this host alone. */
  public static final String HOST_DEFAULT = "127.0.0.1";

  /** The origin's first application port. */
  public static final int FIRST_PORT_DEFAULT = 5001;

  /** Enough to look back at a bad night; a log of a server is some kilobytes. */
  public static final int CRASH_LOGS_MAX_DEFAULT = 20;

  /** Below the directory that the monitor was started in. */
  public static final String DIRECTORY_DEFAULT = "servers";

  /** A Ctrl-C is for the monitor, which then decides what becomes of the servers. */
  public static final boolean DETACHED_DEFAULT = true;

  private static final int PORT_MAX = 65_535;
  private static final int CRASH_LOGS_LIMIT = 10_000;

  /**
   * Validates the figures.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ProcessFleetConfig {
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command []: expected the command line of a server");
    }
    if (firstPort < 1 || firstPort > PORT_MAX) {
      throw new IllegalArgumentException(
          "first port %d: expected 1 to %d".formatted(firstPort, PORT_MAX));
    }
    if (crashLogsMax < 0 || crashLogsMax > CRASH_LOGS_LIMIT) {
      throw new IllegalArgumentException(
          "crash logs %d: expected 0 to %d".formatted(crashLogsMax, CRASH_LOGS_LIMIT));
    }
  }

  /** A fleet of this command in this directory, with the default figures. */
  public static ProcessFleetConfig of(List<String> command, Path directory) {
    return new ProcessFleetConfig(
        command,
        directory,
        HOST_DEFAULT,
        FIRST_PORT_DEFAULT,
        CRASH_LOGS_MAX_DEFAULT,
        DETACHED_DEFAULT);
  }

  /**
   * Reads the keys {@code command} (one text, split at blanks), {@code directory}, {@code host},
   * {@code firstPort}, {@code crashLogsMax} and {@code detached}.
   */
  public static ProcessFleetConfig read(Section section) {
    List<String> command =
        section.string("command").stream()
            .flatMap(line -> Stream.of(line.strip().split("\\s+")))
            .filter(word -> !word.isEmpty())
            .toList();
    if (command.isEmpty()) {
      section.note("command", "empty", "the command line of a server");
    }
    return new ProcessFleetConfig(
        command.isEmpty() ? List.of("java") : command,
        Path.of(section.string("directory", DIRECTORY_DEFAULT)),
        section.string("host", HOST_DEFAULT),
        section.integer("firstPort", FIRST_PORT_DEFAULT, 1, PORT_MAX),
        section.integer("crashLogsMax", CRASH_LOGS_MAX_DEFAULT, 0, CRASH_LOGS_LIMIT),
        section.bool("detached", DETACHED_DEFAULT));
  }
}
