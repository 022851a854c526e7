package io.sluice.compose.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sluice.compose.decisions.DecidedZones;
import io.sluice.compose.monitor.MonitorSurvey;
import io.sluice.provisioner.api.DecidedZone;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Leader;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.decide.ZoneState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cluster at a glance, with what is wrong.
 *
 * @param at the moment that all ages are counted to
 * @param leader who leads; empty: nobody, as far as can be known
 * @param monitors each monitor of the configuration, where monitors were asked
 * @param zones the declared zones by name
 * @param warnings what is wrong with the whole; each monitor and zone has its own besides
 */
public record Status(
    Instant at,
    Optional<LeaderLine> leader,
    List<MonitorSurvey.Line> monitors,
    List<ZoneLine> zones,
    List<String> warnings) {
  /**
   * How old a zone's observation may be. Each zone is observed every second; its share moves within
   * 3 s when a monitor dies, and a broker that was killed is back within 20.
   */
  public static final Duration LOAD_AGE_MAX = Duration.ofSeconds(30);

  /** Copies the lists. */
  public Status {
    monitors = List.copyOf(monitors);
    zones = List.copyOf(zones);
    warnings = List.copyOf(warnings);
  }

  /**
   * Who leads.
   *
   * @param id the monitor
   * @param epoch its term
   * @param since when that began, if the journal is known to say so
   */
  public record LeaderLine(MonitorId id, Epoch epoch, Optional<Instant> since) {}

  /**
   * A zone at a glance.
   *
   * @param zone its name
   * @param life whether it is on its way out, and who declared it
   * @param policy how it scales
   * @param observed its load
   * @param servers its servers by number
   * @param balancer its balancer
   * @param decided what is decided on it
   * @param warnings what is wrong with it
   */
  public record ZoneLine(
      ZoneId zone,
      ZoneLife life,
      ZonePolicy policy,
      @JsonUnwrapped LoadLine observed,
      List<ServerLine> servers,
      Optional<BalancerLine> balancer,
      @JsonUnwrapped DecidedLine decided,
      List<String> warnings) {
    /** Copies the lists. */
    public ZoneLine {
      servers = List.copyOf(servers);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The load of a zone.
   *
   * @param load the last observed means, and how many servers reported each
   * @param reporting how many servers reported anything
   * @param observedAt when they were observed; empty: never yet
   */
  public record LoadLine(Map<Metric, Mean> load, int reporting, Optional<Instant> observedAt) {
    private static final LoadLine NONE = new LoadLine(Map.of(), 0, Optional.empty());

    private static LoadLine of(LoadObserved observed) {
      return new LoadLine(observed.load(), observed.reporting(), Optional.of(observed.at()));
    }
  }

  /**
   * What is decided on a zone.
   *
   * @param decidedBy the monitor that decides, where monitors were asked
   * @param desired how many servers it is to have; empty: nobody decides on it now
   * @param changedAt when that number last changed
   * @param pauses what keeps its rules from scaling
   * @param manual a number of servers that somebody set for a time
   */
  public record DecidedLine(
      Optional<MonitorId> decidedBy,
      Optional<Integer> desired,
      Optional<Instant> changedAt,
      List<DecidedZone.Paused> pauses,
      Optional<DecidedZone.Held> manual) {
    private static final DecidedLine NOBODY =
        new DecidedLine(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    private static DecidedLine of(Optional<MonitorId> by, DecidedZone zone) {
      return new DecidedLine(
          by, Optional.of(zone.desired()), zone.changed(), zone.pauses(), zone.manual());
    }
  }

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

  /** Whether anything is wrong. */
  public boolean warns() {
    return !warnings.isEmpty()
        || monitors.stream().anyMatch(monitor -> !monitor.warnings().isEmpty())
        || zones.stream().anyMatch(zone -> !zone.warnings().isEmpty());
  }

  /**
   * The status that a journal tells: who answers now it can't know.
   *
   * @param at the moment that is looked at
   */
  public static Status of(SortedMap<ZoneId, ZoneState> zones, Instant at) {
    SortedMap<ZoneId, Zone> facts = new TreeMap<>();
    zones.forEach((id, state) -> facts.put(id, state.zone()));
    return new Status(
        at,
        new Fleet(facts).leader().map(Status::line),
        List.of(),
        zones.values().stream()
            .filter(state -> state.zone().declared())
            .map(state ->
                line(
                    state.zone(),
                    DecidedLine.of(Optional.empty(), DecidedZones.of(state)),
                    warnings(state.zone(), at)))
            .toList(),
        List.of());
  }

  /** The status that monitors tell. */
  public static Status of(MonitorSurvey.Found found, Instant at) {
    List<ZoneLine> zones = new ArrayList<>();
    found.fleet().zones().values().stream()
        .filter(Zone::declared)
        .forEach(zone -> {
          List<String> warnings = warnings(zone, at);
          Optional<MonitorSurvey.Decided> decided =
              Optional.ofNullable(found.decided().get(zone.id()));
          if (decided.isEmpty()) {
            warnings.add("no monitor decides on it at the moment");
          }
          zones.add(
              line(
                  zone,
                  decided
                      .map(by -> DecidedLine.of(Optional.of(by.monitor()), by.zone()))
                      .orElse(DecidedLine.NOBODY),
                  warnings));
        });
    Optional<LeaderLine> leader = leader(found);
    return new Status(at, leader, found.monitors(), zones, warnings(found, leader));
  }

  /** Whoever says of itself that it leads; or else whom the others follow. */
  private static Optional<LeaderLine> leader(MonitorSurvey.Found found) {
    Optional<Leader> recorded = found.fleet().leader();
    return found
        .leading()
        .map(leading ->
            new LeaderLine(
                leading.id(),
                leading.epoch(),
                recorded
                    .filter(leader -> leader.epoch().equals(leading.epoch()))
                    .map(Leader::since)));
  }

  private static List<String> warnings(MonitorSurvey.Found found, Optional<LeaderLine> leader) {
    if (leader.isEmpty()) {
      return List.of(
          found
              .fleet()
              .leader()
              .map(last ->
                  "nobody leads; the last was monitor %s, epoch %s, since %s"
                      .formatted(last.id(), last.epoch(), last.since()))
              .orElse("nobody leads, and nobody has led yet"));
    }
    return List.of();
  }

  private static List<String> warnings(Zone zone, Instant at) {
    List<String> warnings = new ArrayList<>();
    zone.load()
        .map(observed -> Duration.between(observed.at(), at))
        .filter(age -> age.compareTo(LOAD_AGE_MAX) > 0)
        .ifPresent(age ->
            warnings.add(
                "its load was last observed %s ago: nothing is decided on it since"
                    .formatted(StatusText.span(age))));
    zone.conditions().forEach(condition -> warnings.add(StatusText.condition(condition, at)));
    if (zone.balancer().filter(balancer -> balancer.state() == Balancer.State.LOST).isPresent()) {
      warnings.add("its balancer does not answer");
    }
    return warnings;
  }

  private static LeaderLine line(Leader leader) {
    return new LeaderLine(leader.id(), leader.epoch(), Optional.of(leader.since()));
  }

  private static ZoneLine line(Zone zone, DecidedLine decided, List<String> warnings) {
    return new ZoneLine(
        zone.id(),
        zone.life(),
        zone.policy(),
        zone.load().map(LoadLine::of).orElse(LoadLine.NONE),
        zone.servers().values().stream().map(Status::line).toList(),
        zone.balancer().map(balancer -> new BalancerLine(balancer.address(), balancer.state())),
        decided,
        warnings);
  }

  private static ServerLine line(Server server) {
    return new ServerLine(server.id(), server.state(), server.address());
  }
}
