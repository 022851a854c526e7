package io.sluice.balancer;

import io.sluice.balancer.pool.Target;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.Latencies;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.balancer.report.LoadReports.Counted;
import io.sluice.balancer.report.LoadReports.Server;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.RequestTimes;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a data path has counted of one zone. */
final class CountedZone {
  private CountedZone() {}

  /**
   * What was counted since the process began.
   *
   * @param latencies how long requests took on each server of the data path
   * @param asked requests that came for the zone
   * @param waits those of its requests that have no server
   */
  static Counted of(
      ZonePart part,
      Proxy proxy,
      SortedMap<ServerId, Latencies> latencies,
      long asked,
      Waits waits) {
    Set<ServerId> open =
        part.routing().alive().stream().map(Target::server).collect(Collectors.toSet());
    Set<ServerId> all = new HashSet<>(open);
    all.addAll(part.state().servers().keySet());
    SortedMap<ServerId, Server> servers = new TreeMap<>();
    for (ServerId server : all) {
      Latencies took = latencies.getOrDefault(server, Latencies.NONE);
      servers.put(
          server,
          new Server(
              new RequestTimes(took.counts()),
              took.failed(),
              proxy.inFlight(server),
              open.contains(server)));
    }
    return new Counted(asked, waits.unanswered(), waits.waiting(), servers);
  }

  /**
   * Requests that have no server.
   *
   * @param unanswered those that were given an answer of ours since none could answer
   * @param waiting those that wait for one
   */
  record Waits(long unanswered, int waiting) {
    static final Waits NONE = new Waits(0, 0);

    static Waits of(Proxy proxy) {
      Map<Count, Long> counts = proxy.counts();
      long unanswered =
          counts.getOrDefault(Count.UNAVAILABLE, 0L)
              + counts.getOrDefault(Count.BAD_GATEWAY, 0L)
              + counts.getOrDefault(Count.GATEWAY_TIMEOUTS, 0L);
      return new Waits(unanswered, proxy.waiting());
    }
  }
}
