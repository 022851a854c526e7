package io.sluice.provisioner;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.docker.DockerFleet;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.provisioner.fleet.docker.SwarmConfig;
import io.sluice.provisioner.fleet.docker.SwarmFleet;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.util.Map;

/** What runs the servers. */
public sealed interface FleetConfig {
  /** The fleet that is described. */
  ServerFleet open();

  /**
   * Whether it runs servers of zones, too, that stand in no configuration: all but engines that are
   * each given to zones by name, and none of them to the others.
   */
  default boolean takesRequested() {
    return true;
  }

  /** Servers are processes of this host. */
  record Processes(ProcessFleetConfig config) implements FleetConfig {
    @Override
    public ServerFleet open() {
      return new ProcessFleet(config);
    }
  }

  /** Servers are containers of one Docker engine or of several. */
  record Docker(DockerFleetConfig config) implements FleetConfig {
    @Override
    public ServerFleet open() {
      return new DockerFleet(config);
    }

    @Override
    public boolean takesRequested() {
      return config.takesOthers();
    }
  }

  /** Servers are services of a Docker swarm. */
  record Swarm(SwarmConfig config) implements FleetConfig {
    @Override
    public ServerFleet open() {
      return new SwarmFleet(config);
    }
  }

  /** The kinds of fleets, as the key {@code fleet} names them. */
  enum Kind {
    /** Processes of this host. */
    PROCESS,
    /** Containers of Docker engines. */
    DOCKER,
    /** Services of a Docker swarm. */
    SWARM
  }

  /**
   * Reads the key {@code fleet} and the section of the kind that it names; the other kinds' are
   * left alone, so that changing one key changes the fleet.
   *
   * @param zones the section {@code docker} of each zone
   */
  static FleetConfig read(Section root, Map<ZoneId, Section> zones) {
    Section processes = root.section("processes");
    Section docker = root.section("docker");
    Section swarm = root.section("swarm");
    return switch (root.choice("fleet", Kind.PROCESS)) {
      case PROCESS -> {
        docker.ignoreUnknownKeys();
        swarm.ignoreUnknownKeys();
        zones.values().forEach(Section::ignoreUnknownKeys);
        yield new Processes(ProcessFleetConfig.read(processes));
      }
      case DOCKER -> {
        processes.ignoreUnknownKeys();
        swarm.ignoreUnknownKeys();
        yield new Docker(DockerFleetConfig.read(docker, zones));
      }
      case SWARM -> {
        processes.ignoreUnknownKeys();
        docker.ignoreUnknownKeys();
        zones.values().forEach(Section::ignoreUnknownKeys);
        yield new Swarm(SwarmConfig.read(swarm));
      }
    };
  }
}
