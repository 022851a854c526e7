package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.ContainerSpecPrivileges;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.EndpointResolutionMode;
import com.github.dockerjava.api.model.EndpointSpec;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.NetworkAttachmentConfig;
import com.github.dockerjava.api.model.PortConfig;
import com.github.dockerjava.api.model.PortConfigProtocol;
import com.github.dockerjava.api.model.ResourceRequirements;
import com.github.dockerjava.api.model.ResourceSpecs;
import com.github.dockerjava.api.model.ServiceModeConfig;
import com.github.dockerjava.api.model.ServicePlacement;
import com.github.dockerjava.api.model.ServiceReplicatedModeOptions;
import com.github.dockerjava.api.model.ServiceRestartCondition;
import com.github.dockerjava.api.model.ServiceRestartPolicy;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.TaskSpec;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A service as it is to be created for a server: one task, which only Sluice starts again. */
final class ServiceShape {
  private static final double NANOS = 1e9;

  private ServiceShape() {}

  /**
   * The shape of a server's service.
   *
   * @throws FleetException if the template asks for what a swarm does not do
   */
  static ServiceSpec of(ServerSpec spec, SwarmConfig config) {
    requireOfASwarm(spec, config);
    SortedMap<String, String> labels = Labels.of(spec, config.cluster());
    return new ServiceSpec()
        .withName(Labels.container(config.cluster(), spec.server()))
        .withLabels(labels)
        .withMode(
            new ServiceModeConfig()
                .withReplicated(new ServiceReplicatedModeOptions().withReplicas(1)))
        .withTaskTemplate(task(spec, config, labels))
        .withEndpointSpec(
            spec.template().works()
                ? new EndpointSpec().withMode(EndpointResolutionMode.DNSRR)
                : endpoint(config, spec.template().container().serving().port()));
  }

  private static void requireOfASwarm(ServerSpec spec, SwarmConfig config) {
    ContainerTemplate container = spec.template().container();
    if (container.metrics() == Measurer.ENGINE && config.nodeEngine().isEmpty()) {
      throw new FleetException(
          ("the template of zone %s is measured by its engine: expected swarm.nodeEngine in the"
                  + " configuration, since a manager does not see what runs on other nodes")
              .formatted(spec.server().zone()));
    }
    container
        .gpus()
        .ifPresent(gpus -> {
          throw new FleetException(
              ("the template of zone %s asks for %d GPUs: expected none, since a swarm's nodes have"
                      + " only resources that their engines name")
                  .formatted(spec.server().zone(), gpus));
        });
    container.storage().volumes().stream()
        .filter(Volume::ofHost)
        .findFirst()
        .ifPresent(volume -> {
          throw new FleetException(
              ("volume '%s' of the template of zone %s: expected a volume by its name, since nodes"
                      + " of a swarm give none of their directories")
                  .formatted(volume, spec.server().zone()));
        });
    objection(spec.template())
        .ifPresent(why -> {
          throw new FleetException(
              "the template of zone %s: %s".formatted(spec.server().zone(), why));
        });
  }

  /** Why a swarm can't run servers of this template; empty: it can. */
  static Optional<String> objection(ServerTemplate template) {
    return template.secrets().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "no container.secrets, since Sluice gives none to services of a swarm: expected a fleet"
                + " of engines, or secrets that the service gets by itself");
  }

  private static TaskSpec task(
      ServerSpec spec, SwarmConfig config, SortedMap<String, String> labels) {
    ResourceSpecs limits = resources(spec.template());
    spec.template()
        .container()
        .pids()
        .ifPresent(pids -> DockerObjectAccessor.overrideRawValue(limits, "Pids", pids));
    return new TaskSpec()
        .withContainerSpec(container(spec, config, labels))
        // A node keeps for it what it may use, or does not take it.
        .withResources(
            new ResourceRequirements()
                .withLimits(limits)
                .withReservations(resources(spec.template())))
        // Whether a dead server is replaced, and when, is decided from the journal.
        .withRestartPolicy(new ServiceRestartPolicy().withCondition(ServiceRestartCondition.NONE))
        .withPlacement(
            new ServicePlacement().withConstraints(config.placement(spec.server().zone())))
        .withNetworks(
            config.network().stream()
                .map(network -> new NetworkAttachmentConfig().withTarget(network))
                .toList());
  }

  private static ContainerSpec container(
      ServerSpec spec, SwarmConfig config, SortedMap<String, String> labels) {
    ContainerTemplate template = spec.template().container();
    ContainerProcess process = template.process();
    ContainerSpecPrivileges privileges = new ContainerSpecPrivileges();
    // Since API 1.46 (Docker 27); older engines pass over it.
    DockerObjectAccessor.overrideRawValue(privileges, "NoNewPrivileges", true);
    ContainerSpec container =
        new ContainerSpec()
            .withImage(spec.template().image())
            .withCommand(process.entrypoint().isEmpty() ? null : process.entrypoint())
            .withArgs(process.command())
            .withEnv(ContainerShape.environment(spec, config.bootstrap()))
            // A task carries none of its service's.
            .withLabels(labels)
            .withReadOnly(template.storage().readOnly())
            .withMounts(mounts(template.storage()))
            .withPrivileges(privileges)
            .withStopGracePeriod(grace(spec.template(), config).toNanos());
    DockerObjectAccessor.overrideRawValue(container, "CapabilityDrop", List.of("ALL"));
    DockerObjectAccessor.overrideRawValue(container, "CapabilityAdd", template.capabilities());
    process.user().ifPresent(container::withUser);
    process
        .stopSignal()
        .ifPresent(
            signal -> DockerObjectAccessor.overrideRawValue(container, "StopSignal", signal));
    return container;
  }

  /** A worker that is to end finishes its work first. */
  private static Duration grace(ServerTemplate template, SwarmConfig config) {
    Duration usual = config.stopGrace();
    return template.works() && template.drainTimeout().compareTo(usual) > 0
        ? template.drainTimeout()
        : usual;
  }

  private static List<Mount> mounts(ContainerStorage storage) {
    return Stream.concat(
            storage.writable().stream().map(ServiceShape::inMemory),
            ContainerShape.mounts(storage).stream())
        .toList();
  }

  private static Mount inMemory(String path) {
    return new Mount().withType(MountType.TMPFS).withTarget(path);
  }

  private static ResourceSpecs resources(ServerTemplate template) {
    ResourceSpecs resources = new ResourceSpecs();
    template.memoryBytes().ifPresent(resources::withMemoryBytes);
    template.cpus().ifPresent(cpus -> resources.withNanoCPUs(Math.round(cpus * NANOS)));
    return resources;
  }

  /** Straight to the task, with no virtual address and no detour over other nodes. */
  private static EndpointSpec endpoint(SwarmConfig config, int port) {
    EndpointSpec endpoint = new EndpointSpec().withMode(EndpointResolutionMode.DNSRR);
    return switch (config.reach()) {
      case NAME -> endpoint;
      case PORT ->
          endpoint.withPorts(
              List.of(
                  new PortConfig()
                      .withProtocol(PortConfigProtocol.TCP)
                      .withTargetPort(port)
                      .withPublishMode(PortConfig.PublishMode.host)));
    };
  }
}
