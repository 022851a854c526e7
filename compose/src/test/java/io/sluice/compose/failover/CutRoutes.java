package io.sluice.compose.failover;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.drill.Routes;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Routes through proxies, each of which can be cut by itself. */
final class CutRoutes implements Routes, AutoCloseable {
  private record Way(MonitorId from, MonitorId to) {}

  private final Map<Way, CutProxy> monitors = new HashMap<>();
  private final Map<MonitorId, CutProxy> kafka = new HashMap<>();
  private final List<EmbeddedBroker.Door> doors = new ArrayList<>();

  CutRoutes(Ports ports, int count) throws IOException {
    for (int viewer = 1; viewer <= count; viewer++) {
      MonitorId from = new MonitorId(viewer);
      int door = freePort();
      CutProxy proxy = new CutProxy(door);
      kafka.put(from, proxy);
      doors.add(new EmbeddedBroker.Door("MONITOR" + viewer, door, "127.0.0.1:" + proxy.port()));
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
    return "127.0.0.1:" + kafka.get(viewer).port();
  }

  @Override
  public URI monitor(MonitorId viewer, MonitorId other) {
    return URI.create("http://127.0.0.1:" + monitors.get(new Way(viewer, other)).port());
  }

  @Override
  public List<EmbeddedBroker.Door> doors() {
    return doors;
  }

  /** Cuts two monitors off from each other. */
  void cut(MonitorId one, MonitorId other) {
    monitors.get(new Way(one, other)).cut();
    monitors.get(new Way(other, one)).cut();
  }

  void heal(MonitorId one, MonitorId other) {
    monitors.get(new Way(one, other)).heal();
    monitors.get(new Way(other, one)).heal();
  }

  void cutFromKafka(MonitorId monitor) {
    kafka.get(monitor).cut();
  }

  void healToKafka(MonitorId monitor) {
    kafka.get(monitor).heal();
  }

  @Override
  public void close() {
    monitors.values().forEach(CutProxy::close);
    kafka.values().forEach(CutProxy::close);
  }
}
