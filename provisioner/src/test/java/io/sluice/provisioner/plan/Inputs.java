package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.command;
import static io.sluice.provisioner.Samples.server;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Started;
import java.util.List;
import java.util.Optional;

/** Inputs for tests. */
final class Inputs {
  private Inputs() {}

  static Input read(int partition, long offset, String id, List<String> start, List<String> stop) {
    return new Input.CommandRead(new Place(partition, offset), command(id, start, stop));
  }

  static Input up(String id) {
    return new Input.ServerUp(
        server(id), new Started(Samples.address(server(id)), "handle-" + id, Optional.empty()));
  }

  static Input exited(String id) {
    return new Input.Exited(new Exit(server(id), Optional.of(137), false, "killed"));
  }
}
