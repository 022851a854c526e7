package io.sluice.compose.role;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.Ports;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a broker in a process of its own is told by its file.
 *
 * @param host the address to listen on, and to tell clients
 * @param port the port for clients, 1 to 65535
 * @param controllerPort the port for the controller, 1 to 65535
 * @param doors further ports, for clients that know it by another address
 * @param kafka further settings of the broker by Kafka's names, which win over ours
 * @param quorum the brokers that it makes a cluster with; empty: it is the only one
 * @param data where its data lives
 */
public record BrokerFile(
    String host,
    int port,
    int controllerPort,
    List<EmbeddedBroker.Door> doors,
    Map<String, String> kafka,
    Optional<EmbeddedBroker.Quorum> quorum,
    Path data) {
  private static final String HOST_DEFAULT = "127.0.0.1";
  private static final int PORT_DEFAULT = 9092;
  private static final int CONTROLLER_PORT_DEFAULT = 9093;
  private static final Path DATA_DEFAULT = Path.of("data", "kafka");
  private static final int PORT_MAX = 65_535;
  private static final int NODE_MAX = 9_999;
  private static final String ROLES_DEFAULT = "broker,controller";
  private static final String PLACE = "[^:/\\s]+:\\d{1,5}";

  /** Copies list and map. */
  public BrokerFile {
    doors = List.copyOf(doors);
    kafka = Map.copyOf(kafka);
  }

  /**
   * Reads a file.
   *
   * @param source its name, for the message
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static BrokerFile read(String source, Section root) {
    BrokerFile file =
        new BrokerFile(
            root.string("host", HOST_DEFAULT),
            root.integer("port", PORT_DEFAULT, 1, PORT_MAX),
            root.integer("controllerPort", CONTROLLER_PORT_DEFAULT, 1, PORT_MAX),
            doors(root),
            root.dotted("kafka"),
            quorum(root),
            root.value("data", Path::of).orElse(DATA_DEFAULT));
    if (file.port() == file.controllerPort()) {
      root.note("controllerPort", Integer.toString(file.controllerPort()), "another than port");
    }
    root.orThrow(source);
    return file;
  }

  private static Optional<EmbeddedBroker.Quorum> quorum(Section root) {
    Section section = root.section("quorum");
    SortedMap<Integer, String> controllers = new TreeMap<>();
    section
        .dotted("controllers")
        .forEach((number, place) -> {
          if (!number.matches("[1-9]\\d{0,3}") || !place.matches(PLACE)) {
            section.note(
                "controllers." + number, "'" + place + "'", "a number from 1, and host:port");
          } else {
            controllers.put(Integer.parseInt(number), place);
          }
        });
    String clusterId = section.string("clusterId", "");
    int node = section.integer("node", 1, 1, NODE_MAX);
    if (controllers.isEmpty() && clusterId.isEmpty()) {
      return Optional.empty();
    }
    if (!clusterId.matches("[A-Za-z0-9_-]{1,40}")) {
      section.note("clusterId", "'" + clusterId + "'", "1 to 40 of A-Z, a-z, 0-9, '-' and '_'");
    }
    Set<EmbeddedBroker.Role> roles = roles(section);
    if (controllers.containsKey(node) != roles.contains(EmbeddedBroker.Role.CONTROLLER)) {
      section.note(
          "node",
          Integer.toString(node),
          roles.contains(EmbeddedBroker.Role.CONTROLLER)
              ? "a number that stands below controllers"
              : "a number that does not stand below controllers, since this is none");
    }
    return Optional.of(new EmbeddedBroker.Quorum(clusterId, node, roles, controllers));
  }

  private static Set<EmbeddedBroker.Role> roles(Section section) {
    Set<EmbeddedBroker.Role> roles = EnumSet.noneOf(EmbeddedBroker.Role.class);
    String words = section.string("roles", ROLES_DEFAULT);
    for (String word : words.split(",", -1)) {
      Stream.of(EmbeddedBroker.Role.values())
          .filter(role -> role.word().equals(word.strip()))
          .findAny()
          .ifPresentOrElse(
              roles::add,
              () -> section.note("roles", "'" + words + "'", "some of " + ROLES_DEFAULT));
    }
    // What can't be told is taken for both, so that nothing is said of the rest that may be right.
    return roles.isEmpty() ? EnumSet.allOf(EmbeddedBroker.Role.class) : roles;
  }

  private static List<EmbeddedBroker.Door> doors(Section root) {
    Section section = root.section("doors");
    List<EmbeddedBroker.Door> doors = new ArrayList<>();
    section
        .entries()
        .forEach((name, door) -> {
          int port = door.integer("port", 0, 1, PORT_MAX);
          String advertised = door.string("advertised", "");
          if (!name.matches("[A-Z][A-Z0-9_]*") || name.matches("PLAINTEXT|CONTROLLER")) {
            section.note(name, "no name of a door", "A-Z, 0-9 and '_', from a letter on");
          }
          if (!advertised.matches(PLACE)) {
            door.note("advertised", "'" + advertised + "'", "host:port");
          }
          doors.add(new EmbeddedBroker.Door(name, port, advertised));
        });
    return doors;
  }

  /**
   * Starts the broker; returns when it takes requests.
   *
   * @throws io.sluice.compose.cluster.ClusterException if a port is taken, or it can't start
   */
  public EmbeddedBroker start() {
    EmbeddedBroker.Place place =
        new EmbeddedBroker.Place(host, port, controllerPort, doors, quorum);
    if (place.roles().contains(EmbeddedBroker.Role.BROKER)) {
      Ports.requireFree(host, port, "clients of the broker", "set port");
      doors.forEach(door ->
          Ports.requireFree(
              door.host().orElse(host),
              door.port(),
              "door " + door.name(),
              "set doors.%s.port".formatted(door.name())));
    }
    if (place.roles().contains(EmbeddedBroker.Role.CONTROLLER)) {
      Ports.requireFree(host, controllerPort, "the broker's controller", "set controllerPort");
    }
    return EmbeddedBroker.start(place, kafka, data);
  }
}
