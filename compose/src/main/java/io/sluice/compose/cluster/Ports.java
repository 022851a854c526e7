package io.sluice.compose.cluster;

import io.sluice.balancer.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ports of a cluster on one host. Each is the well-known one plus the offset.
 *
 * @param offset 0 up to {@value #OFFSET_MAX}
 */
public record Ports(int offset) {
  /**
   * Checks the range.
   *
   * @throws ClusterException if a port would be none
   */
  public Ports {
    if (offset < 0 || offset > OFFSET_MAX) {
      throw new ClusterException("port offset %d: expected 0 to %d".formatted(offset, OFFSET_MAX));
    }
  }

  /** Kafka's port for clients. */
  public static final int KAFKA = 9092;

  /** The first server's port; further servers take the next free ones. */
  public static final int SERVERS = 5001;

  /** Above this the highest port would not fit any more. */
  public static final int OFFSET_MAX = 50_000;

  private static final int KAFKA_CONTROLLER = 9093;
  private static final int KAFKA_CONTAINERS = 9094;
  private static final int BETWEEN_BROKERS = 10;
  private static final int REDIS = 6379;
  private static final int MONITOR = 8080;
  private static final int GATEWAY = 3000;
  private static final int GATEWAY_ADMIN = 5049;
  private static final int BALANCER = 3030;
  private static final int BALANCER_ADMIN = 5050;
  private static final int ZONES = 9000;
  private static final int ZONES_ADMIN = 9100;

  /** As many zones can be added by request. */
  private static final int ZONES_MAX = 90;

  /** Port of the broker. */
  public int kafka() {
    return KAFKA + offset;
  }

  /** Port of the broker's controller. */
  public int kafkaController() {
    return KAFKA_CONTROLLER + offset;
  }

  /** Port of one of several brokers, by its number from 1. */
  public int kafka(int node) {
    return kafka() + BETWEEN_BROKERS * (node - 1);
  }

  /** Port of one of several brokers for its controller, by its number from 1. */
  public int kafkaController(int node) {
    return kafkaController() + BETWEEN_BROKERS * (node - 1);
  }

  /** Where clients find so many brokers, {@code host:port,host:port}. */
  public String bootstrap(String host, int brokers) {
    return IntStream.rangeClosed(1, brokers)
        .mapToObj(node -> host + ":" + kafka(node))
        .collect(Collectors.joining(","));
  }

  /** Port of the broker for servers in containers. */
  public int kafkaContainers() {
    return KAFKA_CONTAINERS + offset;
  }

  /** Port of Redis. */
  public int redis() {
    return REDIS + offset;
  }

  /** Port of a monitor, by its id from 1. */
  public int monitor(int id) {
    return MONITOR + id - 1 + offset;
  }

  /** Port at which the gateway takes requests for all zones. */
  public int gateway() {
    return GATEWAY + offset;
  }

  /** Port at which the gateway answers questions. */
  public int gatewayAdmin() {
    return GATEWAY_ADMIN + offset;
  }

  /** Port at which the balancer of a zone takes requests, by the zone's index from 0. */
  public int balancer(int index) {
    return BALANCER + index + offset;
  }

  /** Port at which the balancer of a zone takes orders, by the zone's index from 0. */
  public int balancerAdmin(int index) {
    return BALANCER_ADMIN + index + offset;
  }

  /** The ports at which zones that are added while it runs take requests. */
  public PortRange zones() {
    return new PortRange(ZONES + offset, ZONES + ZONES_MAX - 1 + offset);
  }

  /** The ports at which the balancers of these zones take orders. */
  public PortRange zonesAdmin() {
    return new PortRange(ZONES_ADMIN + offset, ZONES_ADMIN + ZONES_MAX - 1 + offset);
  }

  /** The first port that a server may have. */
  public int servers() {
    return SERVERS + offset;
  }

  /**
   * Checks that nobody listens on the port.
   *
   * @param purpose what the port is for, for the message
   * @throws ClusterException if somebody does
   */
  static void requireFree(String host, int port, String purpose) {
    requireFree(host, port, purpose, "move all ports with --port-offset N");
  }

  /**
   * Checks that nobody listens on the port.
   *
   * @param purpose what the port is for, for the message
   * @param otherwise how it gets another one, for the message
   * @throws ClusterException if somebody does
   */
  public static void requireFree(String host, int port, String purpose, String otherwise) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException taken) {
      throw new ClusterException(
          "port %d on %s, for %s, can't be used (%s): stop what listens there, or %s"
              .formatted(port, host, purpose, taken.getMessage(), otherwise),
          taken);
    }
  }
}
