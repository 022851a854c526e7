package io.sluice.compose.role;

import io.sluice.compose.cluster.MonitorProcess;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.decisions.RecordedDecisions;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.provisioner.Monitor;
import io.sluice.provisioner.MonitorConfig;
import io.sluice.provisioner.ZoneConfig;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.topology.TopologyConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a monitor in a process of its own is told by its file: the monitor's keys at the top, those
 * of its share of the topology below {@code topology}.
 *
 * @param monitor the monitor proper
 * @param topology its share of the topology
 */
public record MonitorFile(MonitorConfig monitor, TopologyConfig topology) {
  /**
   * Reads a file.
   *
   * @param source its name, for the message
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static MonitorFile read(String source, Section root) {
    Section section = root.section("topology");
    boolean bootstrapped = section.has("bootstrap");
    boolean placed = section.has("stateDirectory");
    TopologyConfig topology = TopologyConfig.read(section);
    MonitorConfig monitor = MonitorConfig.read(source, root);
    return new MonitorFile(
        monitor,
        new TopologyConfig(
            bootstrapped ? topology.bootstrap() : monitor.kafka().bootstrap(),
            topology.applicationId(),
            topology.partitions(),
            topology.replication(),
            topology.threads(),
            topology.commitInterval(),
            // Monitors on one host must not share it.
            placed
                ? topology.stateDirectory()
                : topology.stateDirectory().resolve("monitor-" + monitor.id()),
            topology.groupProtocol(),
            topology.sessionTimeout(),
            clients(monitor.kafka(), topology)));
  }

  /** The monitor's way to Kafka, and on top of it what is said for the topology. */
  private static Map<String, String> clients(KafkaAccess monitor, TopologyConfig topology) {
    Map<String, String> clients = new TreeMap<>(monitor.properties());
    clients.putAll(topology.kafka());
    return clients;
  }

  /**
   * Starts the monitor, and creates the topics that are not there yet.
   *
   * @throws io.sluice.compose.cluster.ClusterException if somebody listens where it is to
   * @throws IOException if it can't listen there otherwise
   */
  public Running start() throws IOException {
    Ports.requireFree(monitor.host(), monitor.port(), "monitor " + monitor.id(), "set port");
    TopicSetup.ensure(
        monitor.kafka(),
        monitor.zones().stream().map(ZoneConfig::zone).toList(),
        topology.partitions(),
        topology.replication());
    ServerFleet fleet = Monitor.fleet(monitor);
    boolean started = false;
    try {
      MonitorProcess process =
          MonitorProcess.start(
              topology,
              monitor,
              new MonitorProcess.Surroundings(
                  fleet,
                  new BalancerCommands(monitor.zones()),
                  new RecordedDecisions(new KafkaHistory(monitor.kafka())),
                  // A sink is a process of its own here, and tells by itself how it is.
                  Optional::empty));
      started = true;
      return new Running(process, fleet);
    } finally {
      if (!started) {
        fleet.close();
      }
    }
  }

  /**
   * A monitor that runs. Its servers outlive it.
   *
   * @param process the monitor
   * @param fleet its fleet
   */
  public record Running(MonitorProcess process, ServerFleet fleet) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
      fleet.close();
    }
  }
}
