package io.sluice.compose.drill;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.Ports;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Routes through proxies, each of which can be cut by itself. */
public final class CutRoutes implements Routes, AutoCloseable {
  private static final String HOST = DrillFiles.HOST;

  private record Way(MonitorId from, MonitorId to) {}

  private final Map<Way, CutProxy> monitors = new HashMap<>();
  private final Map<MonitorId, List<CutProxy>> kafka = new HashMap<>();
  private final Map<Integer, List<EmbeddedBroker.Door>> doors = new HashMap<>();

  /**
   * Proxies between these monitors, and before Kafka.
   *
   * @param ports where the parts listen
   * @param count how many monitors, 1 or more
   * @param brokers how many brokers, 1 or more
   * @throws IOException if a port can't be had
   */
  public CutRoutes(Ports ports, int count, int brokers) throws IOException {
    for (int viewer = 1; viewer <= count; viewer++) {
      MonitorId from = new MonitorId(viewer);
      for (int node = 1; node <= brokers; node++) {
        int door = freePort();
        CutProxy proxy = new CutProxy(door);
        kafka.computeIfAbsent(from, _ -> new ArrayList<>()).add(proxy);
        doors
            .computeIfAbsent(node, _ -> new ArrayList<>())
            .add(new EmbeddedBroker.Door("MONITOR" + viewer, door, HOST + ":" + proxy.port()));
      }
      for (int other = 1; other <= count; other++) {
        if (other != viewer) {
          monitors.put(new Way(from, new MonitorId(other)), new CutProxy(ports.monitor(other)));
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  @Override
  public String kafka(MonitorId viewer) {
    return brokers(viewer).stream()
        .map(proxy -> HOST + ":" + proxy.port())
        .collect(Collectors.joining(","));
  }

  @Override
  public URI monitor(MonitorId viewer, MonitorId other) {
    return URI.create("http://127.0.0.1:" + between(viewer, other).port());
  }

  @Override
  public List<EmbeddedBroker.Door> doors(int broker) {
    return doors.getOrDefault(broker, List.of());
  }

  /** Cuts two monitors off from each other. */
  public void cut(MonitorId one, MonitorId other) {
    between(one, other).cut();
    between(other, one).cut();
  }

  /** Lets two monitors reach each other again. */
  public void heal(MonitorId one, MonitorId other) {
    between(one, other).heal();
    between(other, one).heal();
  }

  /** Cuts a monitor off from every broker. */
  public void cutFromKafka(MonitorId monitor) {
    brokers(monitor).forEach(CutProxy::cut);
  }

  /** Lets a monitor reach Kafka again. */
  public void healToKafka(MonitorId monitor) {
    brokers(monitor).forEach(CutProxy::heal);
  }

  private List<CutProxy> brokers(MonitorId viewer) {
    return kafka.getOrDefault(viewer, List.of());
  }

  private CutProxy between(MonitorId from, MonitorId to) {
    CutProxy proxy = monitors.get(new Way(from, to));
    if (proxy == null) {
      throw new IllegalArgumentException(
          "monitor %s to monitor %s: expected two that are there".formatted(from, to));
    }
    return proxy;
  }

  @Override
  public void close() {
    monitors.values().forEach(CutProxy::close);
    kafka.values().forEach(proxies -> proxies.forEach(CutProxy::close));
  }
}
