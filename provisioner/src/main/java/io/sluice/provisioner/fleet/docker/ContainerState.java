package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ExitCodes;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Addresses;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an engine says about a container.
 *
 * @param identity what it is called and made of
 * @param phase how far it is
 * @param exitCode the exit code of its process; 0 while it has not ended
 * @param outOfMemory whether the kernel ended it for using too much memory
 * @param error why it could not be started; empty: it could
 * @param cpus its limit in processors; 0: none
 * @param published the ports of its host by ports of its own
 */
record ContainerState(
    Identity identity,
    Phase phase,
    int exitCode,
    boolean outOfMemory,
    String error,
    double cpus,
    Map<Integer, Integer> published) {
  private static final int SHORT_ID = 12;
  private static final double NANOS = 1e9;

  /**
   * What a container is called and made of.
   *
   * @param id what the engine calls it
   * @param name what people call it
   * @param image the image's name that it was made with
   * @param labels its labels, those of its image among them
   */
  record Identity(String id, String name, String image, Map<String, String> labels) {
    /** The server that it is, if it is one of this cluster's. */
    Optional<ServerId> server(String cluster) {
      return Labels.madeOf(image, labels) ? Labels.server(name, labels, cluster) : Optional.empty();
    }
  }

  /** How far a container is. */
  enum Phase {
    /** Made, and never started. */
    CREATED,
    /** It runs. */
    RUNNING,
    /** It runs, and somebody froze it. */
    PAUSED,
    /** It ended, and its remains are there. */
    ENDED
  }

  static ContainerState of(InspectContainerResponse answer) {
    InspectContainerResponse.ContainerState state = answer.getState();
    return new ContainerState(
        new Identity(
            answer.getId(),
            String.valueOf(answer.getName()).replaceFirst("^/", ""),
            String.valueOf(answer.getConfig().getImage()),
            Optional.ofNullable(answer.getConfig().getLabels()).orElse(Map.of())),
        phase(String.valueOf(state.getStatus())),
        Optional.ofNullable(state.getExitCodeLong()).orElse(0L).intValue(),
        Boolean.TRUE.equals(state.getOOMKilled()),
        Optional.ofNullable(state.getError()).orElse(""),
        cpus(answer),
        published(
            answer.getNetworkSettings() == null ? null : answer.getNetworkSettings().getPorts()));
  }

  private static double cpus(InspectContainerResponse answer) {
    Long nanos = answer.getHostConfig() == null ? null : answer.getHostConfig().getNanoCPUs();
    return nanos == null ? 0 : nanos / NANOS;
  }

  /** From the word that the engine uses in its answers and listings. */
  static Phase phase(String status) {
    return switch (status) {
      case "created" -> Phase.CREATED;
      case "running", "restarting" -> Phase.RUNNING;
      case "paused" -> Phase.PAUSED;
      default -> Phase.ENDED;
    };
  }

  private static Map<Integer, Integer> published(@Nullable Ports ports) {
    Map<Integer, Integer> published = new java.util.TreeMap<>();
    if (ports != null) {
      for (Map.Entry<ExposedPort, Ports.Binding[]> entry : ports.getBindings().entrySet()) {
        Ports.Binding[] bindings = entry.getValue();
        if (bindings != null && bindings.length > 0) {
          published.put(entry.getKey().getPort(), Integer.parseInt(bindings[0].getHostPortSpec()));
        }
      }
    }
    return published;
  }

  String id() {
    return identity.id();
  }

  boolean runs() {
    return phase == Phase.RUNNING || phase == Phase.PAUSED;
  }

  /** What the journal calls it: as much of the id as people use. */
  String handle() {
    return handle(id());
  }

  /** The same of a container with this id. */
  static String handle(String id) {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }

  /**
   * Where the server in it is reached, if it is one that takes requests.
   *
   * @throws FleetException if nobody can reach it
   */
  URI address(DockerConfig config) {
    if (Labels.works(identity.labels())) {
      return Addresses.worker(identity.name());
    }
    int port = Labels.port(identity.labels(), identity.name());
    String scheme = Labels.scheme(identity.labels(), identity.name());
    return switch (config.reach()) {
      case NAME -> URI.create("%s://%s:%d".formatted(scheme, identity.name(), port));
      case PORT -> {
        Integer host = published.get(port);
        if (host == null) {
          throw new FleetException(
              "container %s publishes no port for its port %d: expected one; remove it, and it is made anew"
                  .formatted(identity.name(), port));
        }
        yield URI.create("%s://%s:%d".formatted(scheme, config.publishedAt(), host));
      }
    };
  }

  /** The revision of its zone's template that it is made from; empty if nobody wrote it down. */
  Optional<Integer> templateRevision() {
    return Labels.templateRevision(identity.labels());
  }

  /**
   * How it ended.
   *
   * @param tail the end of its log; empty: not known
   */
  Exit exit(ServerId server, Optional<LogTail> tail) {
    String reason =
        outOfMemory
            ? "its container used more memory than its limit and was ended (exit code %d)"
                .formatted(exitCode)
            : error.isEmpty() ? ExitCodes.describe(exitCode) : "its container failed: " + error;
    return new Exit(server, Optional.of(exitCode), outOfMemory, LogTail.append(reason, tail));
  }
}
