package io.sluice.compose.cli;

import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a cluster says when it is ready: its addresses, and what to try next. */
final class Welcome {
  private Welcome() {}

  static String text(EmbeddedCluster cluster, String seconds) {
    StringBuilder text = new StringBuilder();
    text.append("%nReady after %s s.%n%n".formatted(seconds));
    text.append("  gateway  %s  for all zones%n".formatted(cluster.gateway()));
    Fleet fleet = cluster.fleet();
    for (int index = 0; index < cluster.config().zones().size(); index++) {
      ZoneId zone = cluster.config().zones().get(index).id();
      String servers =
          fleet
              .zone(zone)
              .in(ServerState.READY)
              .map(server -> server.id() + " " + server.address())
              .collect(Collectors.joining(", "));
      text.append("  %-8s %s  served by %s%n".formatted(zone, cluster.balancer(index), servers));
    }
    Optional<MonitorId> leader = cluster.monitors().leader();
    cluster
        .monitorUrls()
        .forEach((id, url) ->
            text.append(
                "  %-8s %s%s%n"
                    .formatted(
                        "monitor" + id, url, leader.equals(Optional.of(id)) ? "  leads" : "")));
    text.append(
        "  token    in %s, for calls that change something%n".formatted(cluster.tokenFile()));
    text.append("%nTry:%n".formatted());
    URI first = cluster.balancer(0);
    String offset =
        cluster.config().ports().offset() == 0
            ? ""
            : " --port-offset " + cluster.config().ports().offset();
    text.append("  open %s and press High CPU Usage; a second server appears%n".formatted(first));
    text.append("  ./sluice status%s%n".formatted(offset));
    text.append("  ./sluice events --follow%s%n".formatted(offset));
    text.append("  ./sluice commands%s%n".formatted(offset));
    text.append("%nCtrl-C stops everything.".formatted());
    return text.toString();
  }
}
