package io.sluice.compose.drill.chaos;

import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.Part;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Notices processes that end though nobody struck them, and starts those again that nobody else
 * would: what a restart policy does. Used by one thread.
 */
final class Watch {
  private final DrillCluster cluster;
  private final Findings findings;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final Map<ZoneId, Set<Long>> balancers = new HashMap<>();
  private final Set<ServerId> struckServers = new HashSet<>();

  Watch(DrillCluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
    DrillCluster.Parts all = cluster.shape().parts();
    for (int node = 1; node <= all.brokers(); node++) {
      parts.put("broker " + node, cluster.broker(node));
    }
    for (int id = 1; id <= all.monitors(); id++) {
      parts.put("monitor " + id, cluster.monitor(new MonitorId(id)));
    }
    cluster.gatewayPart().ifPresent(part -> parts.put("gateway", part));
    all.zones().forEach(this::balancerStruck);
  }

  /** Whoever runs as a zone's balancer from now on was started because of a fault. */
  void balancerStruck(ZoneId zone) {
    balancers.put(zone, Set.of());
  }

  /** A server was struck: it may die of it. */
  void serverStruck(ServerId server) {
    struckServers.add(server);
  }

  /** Looks once; no part may be struck at this moment. */
  void look() {
    parts.forEach((name, part) -> {
      if (!part.running()) {
        findings.add(
            Invariant.NOBODY_ELSE_ENDED, "%s ended with %d".formatted(name, part.exitCode()));
        part.restart();
      }
    });
    balancers.replaceAll(this::look);
  }

  private Set<Long> look(ZoneId zone, Set<Long> before) {
    Set<Long> now =
        cluster.processes("balancer-" + zone).stream()
            .map(ProcessHandle::pid)
            .collect(Collectors.toSet());
    if (!now.containsAll(before)) {
      findings.add(Invariant.NOBODY_ELSE_ENDED, "the balancer of %s ended".formatted(zone));
    }
    return now;
  }

  /** Looks for servers in all that was recorded. */
  void look(Chronicle chronicle) {
    List<ServerExited> exits =
        chronicle.facts().stream()
            .map(entry -> entry.value())
            .filter(ServerExited.class::isInstance)
            .map(ServerExited.class::cast)
            .filter(exited -> !struckServers.contains(exited.server()))
            .toList();
    exits.forEach(exited ->
        findings.add(
            Invariant.NOBODY_ELSE_ENDED,
            "server %s: %s".formatted(exited.server(), exited.reason())));
  }
}
