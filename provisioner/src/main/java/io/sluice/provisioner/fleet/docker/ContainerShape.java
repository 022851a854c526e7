package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Volume;
import io.sluice.schemas.secret.SecretUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A container as it is to be created for a server.
 *
 * @param name its name
 * @param image what it is made from
 * @param process what runs in it, as whom
 * @param environment its environment variables
 * @param labels its labels
 * @param ports where the server listens in it, if it does
 * @param health what the engine runs in it again and again, if it does
 * @param files the files of its secrets
 * @param host limits, rights, network and published ports
 */
record ContainerShape(
    String name,
    String image,
    ContainerProcess process,
    List<String> environment,
    SortedMap<String, String> labels,
    List<ExposedPort> ports,
    Optional<HealthCheck> health,
    SecretFiles files,
    HostConfig host) {
  private static final double NANOS = 1e9;

  /**
   * The shape of a server's container.
   *
   * @throws FleetException if the template asks for a capability that there is not
   */
  static ContainerShape of(ServerSpec spec, DockerConfig config, String cluster) {
    ContainerTemplate container = spec.template().container();
    List<ExposedPort> ports =
        spec.template().works() ? List.of() : List.of(ExposedPort.tcp(container.serving().port()));
    return new ContainerShape(
        Labels.container(cluster, spec.server()),
        spec.template().image(),
        container.process(),
        environment(spec, config.bootstrap()),
        Labels.of(spec, cluster),
        ports,
        health(spec.template()),
        SecretFiles.of(spec),
        host(spec.template(), config, ports));
  }

  /**
   * The environment variables of a server's container, as the engine takes them.
   *
   * @param bootstrap the Kafka brokers as containers reach them; empty: as the monitor does
   */
  static List<String> environment(ServerSpec spec, Optional<String> bootstrap) {
    // What Sluice says of a server counts, whatever a template says.
    SortedMap<String, String> environment = new TreeMap<>(spec.template().environment());
    environment.putAll(spec.environment());
    bootstrap.ifPresent(brokers -> environment.put(ServerSpec.BOOTSTRAP, brokers));
    environment.putAll(spec.secretVariables());
    if (!spec.secretFiles().isEmpty()) {
      environment.put(ServerSpec.SECRETS_DIRECTORY, SecretUse.DIRECTORY);
    }
    environment.put(ServerSpec.HOST, "0.0.0.0");
    environment.put(
        ServerSpec.PORT, Integer.toString(spec.template().container().serving().port()));
    return environment.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  /** The engine itself runs the command, so that nobody needs the right to run others there. */
  private static Optional<HealthCheck> health(ServerTemplate template) {
    if (!(template.health() instanceof Health.Command(var words, var interval, var timeout))) {
      return Optional.empty();
    }
    List<String> test = new ArrayList<>(List.of("CMD"));
    test.addAll(words);
    return Optional.of(
        new HealthCheck()
            .withTest(test)
            .withInterval(interval.toNanos())
            .withTimeout(timeout.toNanos())
            .withRetries(Health.Command.FAILURES)
            // Failures before that do not count.
            .withStartPeriod(template.startTimeout().toNanos()));
  }

  private static HostConfig host(
      ServerTemplate template, DockerConfig config, List<ExposedPort> ports) {
    ContainerTemplate container = template.container();
    HostConfig host =
        HostConfig.newHostConfig()
            .withReadonlyRootfs(container.storage().readOnly())
            .withTmpFs(
                container.storage().writable().stream()
                    .collect(Collectors.toMap(path -> path, path -> "", (one, same) -> one)))
            .withCapDrop(Capability.ALL)
            .withCapAdd(capabilities(container.capabilities()))
            .withSecurityOpts(List.of("no-new-privileges"))
            // Whether a dead server is replaced, and when, is decided from the journal.
            .withRestartPolicy(RestartPolicy.noRestart());
    List<Mount> mounts = mounts(container.storage());
    // A gate of an earlier release takes silence only.
    if (!mounts.isEmpty()) {
      host.withMounts(mounts);
    }
    template.memoryBytes().ifPresent(bytes -> host.withMemory(bytes).withMemorySwap(bytes));
    template.cpus().ifPresent(cpus -> host.withNanoCPUs(Math.round(cpus * NANOS)));
    container.pids().ifPresent(pids -> host.withPidsLimit((long) pids));
    container.gpus().ifPresent(gpus -> host.withDeviceRequests(List.of(gpus(gpus))));
    config.network().ifPresent(host::withNetworkMode);
    if (config.reach() == Reach.PORT && !ports.isEmpty()) {
      host.withPortBindings(
          ports.stream()
              .map(port -> new PortBinding(Ports.Binding.bindIp(config.publishOn()), port))
              .toList());
    }
    return host;
  }

  /**
   * The volumes and host directories. A volume is made by the engine if it is not there; a host
   * directory is not, and its lack is an error of the start.
   */
  static List<Mount> mounts(ContainerStorage storage) {
    return storage.volumes().stream().map(ContainerShape::mount).toList();
  }

  private static Mount mount(Volume volume) {
    Mount mount =
        new Mount()
            .withType(volume.ofHost() ? MountType.BIND : MountType.VOLUME)
            .withSource(volume.source())
            .withTarget(volume.target())
            .withReadOnly(volume.readOnly());
    if (volume.ofHost()) {
      // What is mounted below it was not named, and would not be read-only before Docker 25.
      BindOptions alone = new BindOptions();
      DockerObjectAccessor.overrideRawValue(alone, "NonRecursive", true);
      mount.withBindOptions(alone);
    }
    return mount;
  }

  private static DeviceRequest gpus(int count) {
    return new DeviceRequest().withCount(count).withCapabilities(List.of(List.of("gpu")));
  }

  private static Capability[] capabilities(List<String> names) {
    return names.stream().map(ContainerShape::capability).toArray(Capability[]::new);
  }

  private static Capability capability(String name) {
    try {
      return Capability.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      throw new FleetException(
          "capability '%s' of the template: expected one that Docker knows".formatted(name),
          unknown);
    }
  }

  /** The same as a command to the engine. */
  CreateContainerCmd fill(CreateContainerCmd create) {
    CreateContainerCmd filled =
        create
            .withName(name)
            .withEnv(environment)
            .withLabels(Map.copyOf(labels))
            .withExposedPorts(ports)
            .withHostConfig(host);
    if (!files.isEmpty()) {
      // One of its own, which goes with it.
      filled.withVolumes(new com.github.dockerjava.api.model.Volume(SecretUse.DIRECTORY));
    }
    if (!process.entrypoint().isEmpty()) {
      filled.withEntrypoint(process.entrypoint());
    }
    if (!process.command().isEmpty()) {
      filled.withCmd(process.command());
    }
    health.ifPresent(filled::withHealthcheck);
    process.user().ifPresent(filled::withUser);
    process.stopSignal().ifPresent(filled::withStopSignal);
    return filled;
  }
}
