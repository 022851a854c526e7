package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.Task;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.TaskState;
import com.github.dockerjava.api.model.TaskStatus;
import com.github.dockerjava.api.model.TaskStatusContainerStatus;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ExitCodes;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.schemas.id.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a swarm says about a task: one run of a server.
 *
 * @param id what the swarm calls it
 * @param service the id of its service
 * @param node the id of the node that it was given to; empty: none yet
 * @param phase how far it is
 * @param wanted whether the swarm wants it to run; not once its node is lost or to be empty
 * @param trouble what is wrong, in the swarm's words; empty: nothing
 * @param exitCode the exit code of its process, once that has ended
 * @param container the id of its container; empty: it has none yet
 * @param published the ports of its node by ports of its own
 * @param labels the labels of its container
 */
record SwarmTask(
    String id,
    String service,
    Optional<String> node,
    Phase phase,
    boolean wanted,
    String trouble,
    Optional<Integer> exitCode,
    Optional<String> container,
    Map<Integer, Integer> published,
    Map<String, String> labels) {
  private static final int SHORT_ID = 12;

  /** How far a task is. */
  enum Phase {
    /** No node has it yet. */
    WAITING,
    /** A node has it, fetches its image, creates its container. */
    COMING,
    /** It runs. */
    RUNNING,
    /** It ended, or will never run. */
    ENDED
  }

  static SwarmTask of(Task task) {
    TaskStatus status = task.getStatus();
    Optional<TaskStatusContainerStatus> container =
        Optional.ofNullable(status.getContainerStatus());
    Phase phase = phase(status.getState());
    return new SwarmTask(
        task.getId(),
        String.valueOf(task.getServiceId()),
        Optional.ofNullable(task.getNodeId()).filter(id -> !id.isEmpty()),
        phase,
        phase(task.getDesiredState()) != Phase.ENDED,
        trouble(task),
        phase == Phase.ENDED
            ? container.map(TaskStatusContainerStatus::getExitCodeLong).map(Long::intValue)
            : Optional.empty(),
        container.map(TaskStatusContainerStatus::getContainerID).filter(id -> !id.isEmpty()),
        published(task),
        Optional.ofNullable(task.getSpec())
            .map(TaskSpec::getContainerSpec)
            .map(ContainerSpec::getLabels)
            .orElse(Map.of()));
  }

  private static Phase phase(TaskState state) {
    return switch (state) {
      case NEW, ALLOCATED, PENDING -> Phase.WAITING;
      case ASSIGNED, ACCEPTED, PREPARING, READY, STARTING -> Phase.COMING;
      case RUNNING -> Phase.RUNNING;
      case COMPLETE, SHUTDOWN, FAILED, REJECTED, REMOVE, ORPHANED -> Phase.ENDED;
    };
  }

  private static String trouble(Task task) {
    TaskStatus status = task.getStatus();
    if (status.getErr() != null && !status.getErr().isEmpty()) {
      return status.getErr();
    }
    return switch (phase(task.getDesiredState())) {
      case ENDED ->
          task.getDesiredState() == TaskState.REMOVE
              ? "its service was removed"
              : "its node is lost, or is to run nothing any more";
      case WAITING, COMING, RUNNING -> "";
    };
  }

  /** The library has no field for them, but keeps what it read. */
  private static Map<Integer, Integer> published(Task task) {
    Map<Integer, Integer> published = new TreeMap<>();
    if (task.getRawValues().get("Status") instanceof Map<?, ?> status
        && status.get("PortStatus") instanceof Map<?, ?> ports
        && ports.get("Ports") instanceof List<?> all) {
      for (Object one : all) {
        if (one instanceof Map<?, ?> port
            && port.get("TargetPort") instanceof Integer target
            && port.get("PublishedPort") instanceof Integer host) {
          published.put(target, host);
        }
      }
    }
    return published;
  }

  /** Whether it runs or may still do so. */
  boolean lives() {
    return wanted && phase != Phase.ENDED;
  }

  /** The server that it is of, if that is one of this cluster's. */
  Optional<ServerId> server(String cluster) {
    return Labels.server(labels, cluster);
  }

  /** What the journal calls it: as much of its container's id as people use. */
  String handle() {
    String name = container.orElse(id);
    return name.length() > SHORT_ID ? name.substring(0, SHORT_ID) : name;
  }

  /**
   * How it ended, or why it will.
   *
   * @param tail the end of its log; empty: not known
   */
  Exit exit(ServerId server, Optional<LogTail> tail) {
    return new Exit(server, exitCode, false, LogTail.append(reason(), tail));
  }

  /** Whether its process began, so that it may have printed something. */
  boolean printed() {
    return phase == Phase.ENDED && container.isPresent();
  }

  private String reason() {
    // Of a container that was never made the code is 0.
    if (phase == Phase.ENDED
        && container.isPresent()
        && exitCode.filter(code -> code != 0).isPresent()) {
      return ExitCodes.describe(exitCode.get());
    }
    if (!trouble.isEmpty()) {
      return swarms(trouble);
    }
    return exitCode.map(ExitCodes::describe).orElse("the swarm ended it");
  }

  private static String swarms(String words) {
    return "the swarm says: " + words;
  }
}
