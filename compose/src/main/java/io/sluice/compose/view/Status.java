package io.sluice.compose.view;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster at a glance.
 *
 * @param leader who leads
 * @param zones the declared zones by name
 */
public record Status(Optional<LeaderLine> leader, List<ZoneLine> zones) {
  /**
   * Who leads.
   *
   * @param id the monitor
   * @param epoch its term
   */
  public record LeaderLine(MonitorId id, Epoch epoch) {}

  /**
   * A zone at a glance.
   *
   * @param zone its name
   * @param policy how it scales
   * @param load the last observed means
   * @param reporting how many servers stood behind them
   * @param servers its servers by number
   * @param balancer its balancer
   */
  public record ZoneLine(
      ZoneId zone,
      ZonePolicy policy,
      Map<Metric, Double> load,
      int reporting,
      List<ServerLine> servers,
      Optional<BalancerLine> balancer) {}

  /**
   * A server at a glance.
   *
   * @param id its id
   * @param state where it is in its life
   * @param address where it serves
   */
  public record ServerLine(ServerId id, ServerState state, URI address) {}

  /**
   * A balancer at a glance.
   *
   * @param address where it takes requests
   * @param state whether it answers
   */
  public record BalancerLine(URI address, Balancer.State state) {}

  /** The status of a fleet. */
  public static Status of(Fleet fleet) {
    return new Status(
        fleet.leader().map(leader -> new LeaderLine(leader.id(), leader.epoch())),
        fleet.zones().values().stream().filter(Zone::declared).map(Status::line).toList());
  }

  private static ZoneLine line(Zone zone) {
    return new ZoneLine(
        zone.id(),
        zone.policy(),
        zone.load().<Map<Metric, Double>>map(LoadObserved::load).orElse(Map.of()),
        zone.load().map(LoadObserved::reporting).orElse(0),
        zone.servers().values().stream().map(Status::line).toList(),
        zone.balancer().map(balancer -> new BalancerLine(balancer.address(), balancer.state())));
  }

  private static ServerLine line(Server server) {
    return new ServerLine(server.id(), server.state(), server.address());
  }
}
