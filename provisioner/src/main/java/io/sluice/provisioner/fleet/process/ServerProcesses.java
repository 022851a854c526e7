package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes of this host that belong to a server of one fleet, found by their environment,
 * which names both and which children inherit. That needs Linux's {@code /proc}; elsewhere none is
 * found.
 */
final class ServerProcesses {
  private final String fleet;

  /**
   * Those of one fleet.
   *
   * @param fleet what {@link ServerSpec#FLEET} of its servers says
   */
  ServerProcesses(String fleet) {
    this.fleet = fleet;
  }

  /** The server's own process, and those that it started, however deep. */
  Stream<ProcessHandle> of(ServerId server) {
    String name = ServerSpec.SERVER + "=" + server;
    String own = ServerSpec.FLEET + "=" + fleet;
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> {
          List<String> environment = environment(process.pid());
          return environment.contains(name) && environment.contains(own);
        });
  }

  /** The first one that the server is: its parent is none of it. */
  Optional<ProcessHandle> main(ServerId server) {
    List<ProcessHandle> all = of(server).toList();
    return all.stream()
        .filter(process -> process.parent().filter(all::contains).isEmpty())
        .findFirst();
  }

  private static List<String> environment(long pid) {
    Path file = Path.of("/proc", Long.toString(pid), "environ");
    try {
      return List.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException goneOrNotOurs) {
      // Of another user, or ended meanwhile: not one that this fleet started.
      return List.of();
    }
  }
}
