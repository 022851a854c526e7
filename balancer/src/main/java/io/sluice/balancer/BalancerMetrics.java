package io.sluice.balancer;

import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.membership.MembershipState;
import io.sluice.balancer.proxy.Latencies;
import io.sluice.balancer.proxy.Proxy;
import java.util.List;

/** What a balancer counts, in the text format of Prometheus. */
final class BalancerMetrics {
  private final String owner;
  private final Proxy proxy;

  /**
   * What this data path counts.
   *
   * @param label what every line says of whose it is, such as {@code zone}
   * @param name its value
   */
  BalancerMetrics(String label, String name, Proxy proxy) {
    this.owner = label + "=\"" + name + "\"";
    this.proxy = proxy;
  }

  String text(PoolsView pools, MembershipState membership) {
    StringBuilder text = new StringBuilder(4096);
    proxy
        .counts()
        .forEach((count, value) -> {
          head(text, count.metric(), count.sentence(), "counter");
          line(text, count.metric(), "", value);
        });
    errors(text);
    connections(text, membership);
    servers(text, pools);
    latencies(text);
    return text.toString();
  }

  private void errors(StringBuilder text) {
    String errors = "sluice_balancer_request_errors_total";
    head(text, errors, "Requests that no server answered to their end, by the reason", "counter");
    proxy
        .errors()
        .forEach((error, value) -> line(text, errors, ",error=\"" + error.label() + "\"", value));
  }

  private void connections(StringBuilder text, MembershipState membership) {
    String connections = "sluice_balancer_open_connections";
    head(text, connections, "Client connections that are open", "gauge");
    line(text, connections, "", proxy.openConnections());
    String buffered = "sluice_balancer_buffered_bytes";
    head(text, buffered, "Bytes of requests and responses held in memory", "gauge");
    line(text, buffered, "", proxy.bufferedBytes());
    String waiting = "sluice_balancer_waiting_requests";
    head(text, waiting, "Requests that wait for a server", "gauge");
    line(text, waiting, "", proxy.waiting());
    String lost = "sluice_balancer_access_log_lost_total";
    head(text, lost, "Lines of the access log that could not be written", "counter");
    line(text, lost, "", proxy.linesLost());
    String fresh = "sluice_balancer_membership_fresh";
    head(
        text,
        fresh,
        "1 if the servers are from the topic and Kafka answers, or given by hand",
        "gauge");
    line(text, fresh, "", membership.fresh() ? 1 : 0);
  }

  private void servers(StringBuilder text, PoolsView pools) {
    String servers = "sluice_balancer_servers";
    head(text, servers, "Servers per pool", "gauge");
    line(text, servers, ",pool=\"alive\"", pools.alive().size());
    line(text, servers, ",pool=\"ejected\"", pools.ejected().size());
    line(text, servers, ",pool=\"disconnected\"", pools.disconnected().size());
    line(text, servers, ",pool=\"dead\"", pools.dead().size());
    line(text, servers, ",pool=\"draining\"", pools.draining().size());
    String inFlight = "sluice_balancer_in_flight";
    head(text, inFlight, "Requests under way per server", "gauge");
    for (List<PoolsView.Server> pool :
        List.of(
            pools.alive(), pools.ejected(), pools.disconnected(), pools.dead(), pools.draining())) {
      pool.forEach(
          server -> line(text, inFlight, ",server=\"" + server.server() + "\"", server.inFlight()));
    }
  }

  private void latencies(StringBuilder text) {
    String zoneSeconds = "sluice_balancer_request_seconds";
    head(text, zoneSeconds, "Time from a request's head to the end of its response", "histogram");
    histogram(text, zoneSeconds, "", proxy.latencies());
    String serverSeconds = "sluice_balancer_server_request_seconds";
    head(text, serverSeconds, "The same per server that is there", "histogram");
    proxy
        .latenciesByServer()
        .forEach((server, latencies) ->
            histogram(text, serverSeconds, ",server=\"" + server + "\"", latencies));
  }

  private void histogram(StringBuilder text, String name, String labels, Latencies latencies) {
    long upTo = 0;
    for (int i = 0; i < Latencies.BOUNDS_MICROS.size(); i++) {
      upTo += latencies.counts().get(i);
      String bound = Double.toString(Latencies.BOUNDS_MICROS.get(i) / 1e6);
      line(text, name + "_bucket", labels + ",le=\"" + bound + "\"", upTo);
    }
    line(text, name + "_bucket", labels + ",le=\"+Inf\"", latencies.count());
    text.append(name).append("_sum{").append(owner).append(labels).append("} ");
    text.append(latencies.sumNanos() / 1e9).append('\n');
    line(text, name + "_count", labels, latencies.count());
  }

  static void head(StringBuilder text, String name, String sentence, String type) {
    text.append("# HELP ").append(name).append(' ').append(sentence).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  void line(StringBuilder text, String name, String labels, long value) {
    text.append(name).append('{').append(owner).append(labels).append("} ");
    text.append(value).append('\n');
  }
}
