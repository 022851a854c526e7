package io.sluice.balancer;

import io.sluice.balancer.admin.ZoneStatus;
import java.util.List;
import java.util.function.ToLongFunction;

/** What a gateway counts per zone, in the text format of Prometheus. */
final class ZoneMetrics {
  private final StringBuilder text = new StringBuilder(1024);
  private final String gateway;
  private final List<ZoneStatus> zones;

  private ZoneMetrics(String gateway, List<ZoneStatus> zones) {
    this.gateway = gateway;
    this.zones = zones;
  }

  static String text(String gateway, List<ZoneStatus> zones) {
    ZoneMetrics metrics = new ZoneMetrics(gateway, zones);
    metrics.each(
        "sluice_gateway_requests_total",
        "Requests by the zone that they went to first",
        "counter",
        zone -> zone.traffic().requests());
    metrics.spillOvers();
    metrics.each(
        "sluice_gateway_in_flight",
        "Requests under way by zone",
        "gauge",
        zone -> zone.traffic().inFlight());
    metrics.each(
        "sluice_gateway_alive_servers",
        "Servers by zone that take requests",
        "gauge",
        zone -> zone.servers().alive());
    metrics.each(
        "sluice_gateway_home",
        "1 for the zone that is preferred",
        "gauge",
        zone -> zone.home() ? 1 : 0);
    metrics.each(
        "sluice_gateway_membership_fresh",
        "1 if the zone's servers are from its topic and Kafka answers",
        "gauge",
        zone -> zone.kafka() && zone.membership().equals("topic") ? 1 : 0);
    return metrics.text.toString();
  }

  private void each(String name, String sentence, String type, ToLongFunction<ZoneStatus> value) {
    BalancerMetrics.head(text, name, sentence, type);
    zones.forEach(zone -> line(name, zone, "", value.applyAsLong(zone)));
  }

  private void spillOvers() {
    String name = "sluice_gateway_spill_overs_total";
    BalancerMetrics.head(
        text, name, "Requests that went to the zone though another one is home", "counter");
    zones.forEach(zone ->
        zone.traffic()
            .spillOvers()
            .forEach((reason, count) -> line(name, zone, ",reason=\"" + reason + "\"", count)));
  }

  private void line(String name, ZoneStatus zone, String labels, long value) {
    text.append(name).append("{gateway=\"").append(gateway).append("\",zone=\"");
    text.append(zone.zone()).append('"').append(labels).append("} ").append(value).append('\n');
  }
}
