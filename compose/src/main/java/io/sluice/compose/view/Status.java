package io.sluice.compose.view;

import io.sluice.compose.monitor.MonitorSurvey;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Leader;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.decide.ManualHold;
import io.sluice.topology.decide.Pause;
import io.sluice.topology.decide.ZoneState;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * A cluster at a glance.
 *
 * @param leader who leads
 * @param monitors those that answered, where they were asked
 * @param zones the declared zones by name
 */
public record Status(
    Optional<LeaderLine> leader, List<MonitorSurvey.Line> monitors, List<ZoneLine> zones) {
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
   * @param pauses what keeps its rules from scaling
   * @param manual a number of servers that somebody set for a time
   */
  public record ZoneLine(
      ZoneId zone,
      ZonePolicy policy,
      Map<Metric, Double> load,
      int reporting,
      List<ServerLine> servers,
      Optional<BalancerLine> balancer,
      List<PauseLine> pauses,
      Optional<ManualHold> manual) {}

  /**
   * A pause that holds.
   *
   * @param direction which way
   * @param until when it ends by itself; empty: when resumed
   * @param actor who asked for it
   */
  public record PauseLine(Direction direction, Optional<Instant> until, Actor actor) {}

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

  /** The status of these zones. */
  public static Status of(SortedMap<ZoneId, ZoneState> zones) {
    return new Status(
        zones.values().stream()
            .flatMap(state -> state.zone().leader().stream())
            .max(Comparator.comparing(Leader::epoch))
            .map(leader -> new LeaderLine(leader.id(), leader.epoch())),
        List.of(),
        zones.values().stream()
            .filter(state -> state.zone().declared())
            .map(Status::line)
            .toList());
  }

  /** The same with what monitors say of themselves. */
  public Status with(List<MonitorSurvey.Line> answered) {
    return new Status(leader, answered, zones);
  }

  private static ZoneLine line(ZoneState state) {
    Zone zone = state.zone();
    return new ZoneLine(
        zone.id(),
        zone.policy(),
        zone.load().<Map<Metric, Double>>map(LoadObserved::load).orElse(Map.of()),
        zone.load().map(LoadObserved::reporting).orElse(0),
        zone.servers().values().stream().map(Status::line).toList(),
        zone.balancer().map(balancer -> new BalancerLine(balancer.address(), balancer.state())),
        pauses(state),
        state.manual().filter(hold -> hold.holds(state.time())));
  }

  /** Time is that of the zone's last fact, of which there is one a second. */
  private static List<PauseLine> pauses(ZoneState state) {
    Optional<Pause> out = state.pauses().holding(Direction.OUT, state.time());
    Optional<Pause> in = state.pauses().holding(Direction.IN, state.time());
    if (out.isPresent() && out.equals(in)) {
      return List.of(line(Direction.BOTH, out.get()));
    }
    return Stream.concat(
            out.map(pause -> line(Direction.OUT, pause)).stream(),
            in.map(pause -> line(Direction.IN, pause)).stream())
        .toList();
  }

  private static PauseLine line(Direction direction, Pause pause) {
    return new PauseLine(direction, pause.until(), pause.actor());
  }

  private static ServerLine line(Server server) {
    return new ServerLine(server.id(), server.state(), server.address());
  }
}
