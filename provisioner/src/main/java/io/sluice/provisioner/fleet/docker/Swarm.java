package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.command.ListTasksCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Service;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.SwarmNode;
import com.github.dockerjava.api.model.SwarmNodeManagerStatus;
import com.github.dockerjava.api.model.SwarmNodeState;
import com.github.dockerjava.api.model.SwarmNodeStatus;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.schemas.id.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A swarm, as one of its managers tells of it: the calls that the fleet makes. All of them block;
 * whatever the manager refuses is a {@link FleetException} in words.
 */
final class Swarm implements AutoCloseable {
  /** What a node's own address is called as long as it knows none. */
  private static final String ANY = "0.0.0.0";

  private final EngineClient client;

  /**
   * Opens the way to a manager; nothing is asked of it yet.
   *
   * @throws FleetException if its certificates can't be used
   */
  Swarm(Access access) {
    this.client = new EngineClient(access);
  }

  Access access() {
    return client.access();
  }

  /**
   * A service.
   *
   * @param id what the swarm calls it
   * @param name what people call it
   * @param labels its labels
   */
  record Known(String id, String name, Map<String, String> labels) {
    private static Known of(Service service) {
      Optional<ServiceSpec> spec = Optional.ofNullable(service.getSpec());
      return new Known(
          String.valueOf(service.getId()),
          spec.map(ServiceSpec::getName).orElse(""),
          spec.map(ServiceSpec::getLabels).orElse(Map.of()));
    }

    /** The server that it is, if it is one of this cluster's. */
    Optional<ServerId> server(String cluster) {
      return Labels.server(name, labels, cluster);
    }
  }

  /** What it says about the service of this name, if there is one. */
  Optional<Known> service(String name) {
    return ask(
        "service %s could not be looked at".formatted(name),
        () -> {
          try {
            return Optional.of(Known.of(client.calls().inspectServiceCmd(name).exec()));
          } catch (NotFoundException gone) {
            return Optional.empty();
          }
        });
  }

  /** Every service with this label. */
  List<Known> services(String label, String value) {
    return ask(
        "services could not be listed",
        () ->
            client.calls().listServicesCmd().withLabelFilter(Map.of(label, value)).exec().stream()
                .map(Known::of)
                .toList());
  }

  /**
   * Creates a service; its task comes by and by.
   *
   * @return the service's id; empty if there is one of that name
   */
  Optional<String> create(ServiceSpec spec) {
    return ask(
        "service %s could not be created".formatted(spec.getName()),
        () -> {
          try {
            return Optional.of(client.calls().createServiceCmd(spec).exec().getId());
          } catch (ConflictException taken) {
            return Optional.empty();
          }
        });
  }

  /** Removes a service, if it is there; its task ends by and by. */
  void remove(String service) {
    ask(
        "service %s could not be removed".formatted(service),
        () -> {
          try {
            client.calls().removeServiceCmd(service).exec();
          } catch (NotFoundException gone) {
            return false;
          }
          return true;
        });
  }

  /** The tasks of a service, old ones too; none if the service is not there. */
  List<SwarmTask> tasks(String service) {
    return ask(
        "tasks of service %s could not be listed".formatted(service),
        () -> {
          try {
            return views(client.calls().listTasksCmd().withServiceFilter(service));
          } catch (NotFoundException gone) {
            return List.of();
          }
        });
  }

  /** The tasks with all these labels; for a while also of services that were removed. */
  List<SwarmTask> tasks(Map<String, String> labels) {
    return ask(
        "tasks could not be listed",
        () -> views(client.calls().listTasksCmd().withLabelFilter(labels)));
  }

  /** How a task ended, with what it said last. */
  Exit exit(ServerId server, SwarmTask task) {
    return task.exit(server, task.printed() ? logTail(task.id()) : Optional.empty());
  }

  /** The end of what a task printed; empty: it can't be had. */
  private Optional<LogTail> logTail(String task) {
    return LogReading.tail(ear ->
        client
            .streams()
            .logTaskCmd(task)
            .withStdout(true)
            .withStderr(true)
            .withFollow(false)
            .withTail(LogReading.LINES)
            .exec(ear));
  }

  /**
   * A piece of what a task printed.
   *
   * @throws FleetException if it can't be had
   */
  ServerLog log(SwarmTask task, ServerLog.Piece piece) {
    return LogReading.piece(
        piece,
        (since, ear) ->
            client
                .streams()
                .logTaskCmd(task.id())
                .withStdout(true)
                .withStderr(true)
                .withFollow(false)
                .withTimestamps(true)
                .withSince(since)
                .withTail(piece.lines())
                .exec(ear));
  }

  private static List<SwarmTask> views(ListTasksCmd asked) {
    return asked.exec().stream().map(SwarmTask::of).toList();
  }

  /** Where other nodes reach this one; empty: there is no such node, or nobody knows. */
  Optional<String> address(String node) {
    return nodes().stream()
        .filter(one -> node.equals(one.getId()))
        .findFirst()
        .flatMap(one ->
            Optional.ofNullable(one.getStatus())
                .map(SwarmNodeStatus::getAddress)
                .filter(address -> !address.equals(ANY))
                .or(() -> managerAddress(one)));
  }

  private static Optional<String> managerAddress(SwarmNode node) {
    return Optional.ofNullable(node.getManagerStatus())
        .map(SwarmNodeManagerStatus::getAddr)
        .map(address -> address.replaceFirst(":\\d+$", ""))
        .filter(address -> !address.equals(ANY));
  }

  /** The ids of the nodes that nothing is heard of. */
  Set<String> lostNodes() {
    return nodes().stream()
        .filter(
            node -> node.getStatus() != null && node.getStatus().getState() == SwarmNodeState.DOWN)
        .map(node -> String.valueOf(node.getId()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<SwarmNode> nodes() {
    return ask("nodes could not be listed", () -> client.calls().listSwarmNodesCmd().exec());
  }

  private <T> T ask(String what, Supplier<T> question) {
    return client.ask(what, question);
  }

  @Override
  public void close() {
    client.close();
  }
}
