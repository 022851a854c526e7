package io.sluice.balancer;

import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.schemas.id.ZoneId;
import java.util.List;

/** What a balancer counts, in the text format of Prometheus. */
final class BalancerMetrics {
  private final ZoneId zone;
  private final Proxy proxy;

  BalancerMetrics(ZoneId zone, Proxy proxy) {
    this.zone = zone;
    this.proxy = proxy;
  }

  String text(PoolsView pools) {
    StringBuilder text = new StringBuilder(4096);
    proxy
        .counts()
        .forEach((count, value) -> {
          head(text, count.metric(), count.sentence(), "counter");
          line(text, count.metric(), "", value);
        });
    String connections = "sluice_balancer_open_connections";
    head(text, connections, "Client connections that are open", "gauge");
    line(text, connections, "", proxy.openConnections());
    String buffered = "sluice_balancer_buffered_bytes";
    head(text, buffered, "Bytes of requests and responses held in memory", "gauge");
    line(text, buffered, "", proxy.bufferedBytes());
    String servers = "sluice_balancer_servers";
    head(text, servers, "Servers per pool", "gauge");
    line(text, servers, ",pool=\"alive\"", pools.alive().size());
    line(text, servers, ",pool=\"disconnected\"", pools.disconnected().size());
    line(text, servers, ",pool=\"dead\"", pools.dead().size());
    line(text, servers, ",pool=\"draining\"", pools.draining().size());
    String inFlight = "sluice_balancer_in_flight";
    head(text, inFlight, "Requests under way per server", "gauge");
    for (List<PoolsView.Server> pool :
        List.of(pools.alive(), pools.disconnected(), pools.dead(), pools.draining())) {
      pool.forEach(
          server -> line(text, inFlight, ",server=\"" + server.server() + "\"", server.inFlight()));
    }
    return text.toString();
  }

  private static void head(StringBuilder text, String name, String sentence, String type) {
    text.append("# HELP ").append(name).append(' ').append(sentence).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(StringBuilder text, String name, String labels, long value) {
    text.append(name).append("{zone=\"").append(zone).append('"').append(labels).append("} ");
    text.append(value).append('\n');
  }
}
