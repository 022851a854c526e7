package io.sluice.compose.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.ServerCommand;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration files of a drill's parts.
 *
 * @param shape what the cluster is to be like
 */
record DrillFiles(DrillCluster.Shape shape) {
  static final String HOST = "127.0.0.1";

  /** Controllers' numbers come behind those of the brokers. */
  private static final int CONTROLLERS_FROM = 100;

  /** What lets the others lead the partitions of a lost broker in less than a second. */
  private static final Map<String, String> SOON_MISSED =
      Map.of(
          "broker.session.timeout.ms", "600",
          "broker.heartbeat.interval.ms", "100",
          // Controllers that have nothing to tell say so as often, or the others miss them.
          "metadata.max.idle.interval.ms", "100",
          "controller.quorum.fetch.timeout.ms", "500",
          "controller.quorum.election.timeout.ms", "500",
          "controller.quorum.election.backoff.max.ms", "200");

  Path broker(int node) throws IOException {
    return write("broker-" + node, brokerContent(node));
  }

  /** The file of one of the controllers that several brokers have beside them. */
  Path controller(int number) throws IOException {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("host", HOST);
    file.put("controllerPort", shape.ports().kafkaController(number));
    file.put("data", shape.directory().resolve("controller-" + number).toString());
    ofSeveral(file, CONTROLLERS_FROM + number, EmbeddedBroker.Role.CONTROLLER);
    return write("controller-" + number, file);
  }

  Path gateway() throws IOException {
    return write("gateway", gatewayContent());
  }

  Path balancer(ZoneId zone) throws IOException {
    return write("balancer-" + zone, balancerContent(zone));
  }

  /**
   * A monitor's file.
   *
   * @param zones those that stand in it, some of the cluster's
   */
  Path monitor(MonitorId id, List<ZoneId> zones) throws IOException {
    return write("monitor-" + id, monitorContent(id, zones));
  }

  /** Where servers have their registry and logs. */
  Path servers() {
    return shape.directory().resolve("servers");
  }

  URI url(MonitorId monitor) {
    return URI.create("http://%s:%d".formatted(HOST, shape.ports().monitor(monitor.value())));
  }

  URI traffic(ZoneId zone) {
    return URI.create(
        "http://%s:%d".formatted(HOST, shape.ports().balancer(shape.zones().indexOf(zone))));
  }

  URI gatewayTraffic() {
    return URI.create("http://%s:%d".formatted(HOST, shape.ports().gateway()));
  }

  private Map<String, Object> brokerContent(int node) {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("host", HOST);
    file.put("port", shape.ports().kafka(node));
    file.put("controllerPort", shape.ports().kafkaController(node));
    file.put("data", shape.directory().resolve("kafka-" + node).toString());
    if (shape.parts().brokers() > 1) {
      ofSeveral(file, node, EmbeddedBroker.Role.BROKER);
    }
    Map<String, Object> doors = new LinkedHashMap<>();
    shape
        .routes()
        .doors(node)
        .forEach(door ->
            doors.put(door.name(), Map.of("port", door.port(), "advertised", door.advertised())));
    file.put("doors", doors);
    return file;
  }

  private void ofSeveral(Map<String, Object> file, int node, EmbeddedBroker.Role role) {
    Map<String, Object> controllers = new LinkedHashMap<>();
    for (int number = 1; number <= shape.parts().controllers(); number++) {
      controllers.put(
          Integer.toString(CONTROLLERS_FROM + number),
          HOST + ":" + shape.ports().kafkaController(number));
    }
    file.put(
        "quorum",
        Map.of(
            "clusterId", "drill", "node", node, "roles", role.word(), "controllers", controllers));
    file.put("kafka", SOON_MISSED);
  }

  private Map<String, Object> balancerContent(ZoneId zone) {
    int index = shape.zones().indexOf(zone);
    return Map.of(
        "zone", zone.value(),
        "kafka", Map.of("bootstrap", shape.bootstrap()),
        "traffic", Map.of("port", shape.ports().balancer(index)),
        "admin", Map.of("port", shape.ports().balancerAdmin(index), "token", shape.token()),
        "directory", shape.directory().resolve("balancers").toString(),
        "pools", Map.of("aliveEvery", "1s"));
  }

  private Map<String, Object> gatewayContent() {
    return Map.of(
        "home", shape.zones().getFirst().value(),
        "kafka", Map.of("bootstrap", shape.bootstrap()),
        "traffic", Map.of("port", shape.ports().gateway()),
        "admin", Map.of("port", shape.ports().gatewayAdmin(), "token", shape.token()),
        "directory", shape.directory().resolve("gateway").toString(),
        "pools", Map.of("aliveEvery", "1s", "retryEvery", "1s"));
  }

  private Map<String, Object> monitorContent(MonitorId id, List<ZoneId> known) {
    Map<String, Object> others = new LinkedHashMap<>();
    for (int other = 1; other <= shape.monitors(); other++) {
      others.put(
          Integer.toString(other),
          other == id.value()
              ? url(id).toString()
              : shape.routes().monitor(id, new MonitorId(other)).toString());
    }
    Map<String, Object> zones = new LinkedHashMap<>();
    known.forEach(zone -> zones.put(zone.value(), zoneEntry(zone)));
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("monitors", others);
    file.put("bootstrap", shape.routes().kafka(id));
    file.put("redis", "redis://%s:%d".formatted(HOST, shape.ports().redis()));
    file.put("token", shape.token());
    file.put("zones", zones);
    file.put(
        "processes",
        Map.of(
            "command",
            String.join(" ", serverCommand()),
            "directory",
            servers().toString(),
            "firstPort",
            shape.ports().servers()));
    file.put(
        "topology",
        Map.of(
            "partitions",
            4,
            "replication",
            shape.parts().brokers(),
            "stateDirectory",
            shape.directory().resolve("s" + id).toString()));
    return file;
  }

  private Map<String, Object> zoneEntry(ZoneId zone) {
    int index = shape.zones().indexOf(zone);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("policy", Map.of("servers", Map.of("min", 1, "max", 4), "rules", List.of()));
    entry.put("balancer", traffic(zone).toString());
    entry.put("balancerAdmin", "http://%s:%d".formatted(HOST, shape.ports().balancerAdmin(index)));
    if (shape.parts().balancers()) {
      Path file = place("balancer-" + zone);
      entry.put(
          "balancerCommand",
          String.join(" ", Part.command(List.of("balancer", "--config", file.toString()))));
    } else {
      // Nobody says that a server has no requests left, so that each would be waited for in vain.
      entry.put("template", Map.of("drainTimeout", "1s"));
    }
    return entry;
  }

  /**
   * Servers are the least of all processes here: a cluster has other hosts for them than for its
   * brokers and monitors, and what several of them need to start is more than a small host has.
   */
  private static List<String> serverCommand() {
    List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
    command.addAll(ServerCommand.line());
    return command;
  }

  private Path place(String name) {
    return shape.directory().resolve(name + ".yaml");
  }

  private Path write(String name, Map<String, Object> content) throws IOException {
    return Files.write(place(name), Json.yaml().writeValueAsString(content).getBytes(UTF_8));
  }
}
