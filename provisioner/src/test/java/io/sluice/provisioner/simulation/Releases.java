package io.sluice.provisioner.simulation;

import io.sluice.provisioner.plan.Change;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** People who set templates: good ones, and ones that are to be taken back. */
final class Releases {
  private static final Actor SOMEBODY = new Actor("somebody else");
  private static final int GOOD_ONES = 3;

  private final Surroundings around;
  private final Cluster cluster;
  private final SimulatedTopology decider;
  private final Map<ZoneId, ServerTemplate> wanted = new HashMap<>();
  private final Set<ZoneId> tried = new HashSet<>();

  Releases(Surroundings around, SimulatedTopology decider) {
    this.around = around;
    this.cluster = around.cluster();
    this.decider = decider;
  }

  void start() {
    boolean stormy = cluster.weather().stormy();
    cluster.scheduler().after(stormy ? cluster.dice().between(2000, 9000) : 1000, this::start);
    for (ZoneId zone : cluster.zones()) {
      if (stormy && cluster.dice().chance(0.4)) {
        ask(zone, any());
      } else if (!stormy) {
        insist(zone);
      }
    }
  }

  /** Settles for good what every zone's servers are to be made of. */
  void makeUpTheirMinds() {
    cluster.zones().forEach(zone -> wanted.put(zone, any()));
  }

  private ServerTemplate any() {
    return cluster.dice().chance(0.3)
        ? cluster.dice().pick(List.of(Settings.BROKEN, Settings.UNASKABLE, Settings.FAILING))
        : Settings.release(cluster.dice().between(1, GOOD_ONES));
  }

  /** Of what is broken nobody asks again once it was tried; what is good may fail for a while. */
  private void insist(ZoneId zone) {
    Optional<ServerTemplate> template = Optional.ofNullable(wanted.get(zone));
    if (template.equals(Optional.of(decider.state(zone).zone().template()))) {
      tried.add(zone);
    } else if (template.filter(Releases::bad).isEmpty() || !tried.contains(zone)) {
      template.ifPresent(asked -> ask(zone, asked));
    }
  }

  /** One that fails requests is found out only beside others. */
  private static boolean bad(ServerTemplate template) {
    return Settings.broken(template) || template.equals(Settings.FAILING);
  }

  private void ask(ZoneId zone, ServerTemplate template) {
    around.monitors().stream()
        .filter(SimulatedMonitor::leads)
        .findFirst()
        .ifPresent(monitor -> {
          cluster.trace().say("people", "want %s in %s", template.environment(), zone);
          monitor.request(new Change.SetTemplate(zone, template, Optional.empty(), SOMEBODY));
        });
  }

  /** What is not as it was last asked for; empty if all is. */
  Optional<String> lack(ZoneId id) {
    Zone zone = around.witness().fleet().zone(id);
    ServerTemplate last = wanted.getOrDefault(id, Settings.BROKEN);
    boolean set = bad(last) ? tried.contains(id) : zone.template().equals(last);
    if (!set) {
      return Optional.of("%s has not got %s".formatted(id, last.environment()));
    }
    if (zone.servers().isEmpty()) {
      // Whether it works is found out by the next server.
      return Optional.empty();
    }
    if (Settings.broken(zone.template()) || zone.rollout().isPresent()) {
      return Optional.of("%s is on its way: %s".formatted(id, zone.rollout()));
    }
    return zone.servers().keySet().stream()
        .filter(server -> !madeOf(server, zone.template()))
        .map(server -> "%s is not made of %s".formatted(server, zone.template().environment()))
        .findFirst();
  }

  private boolean madeOf(ServerId server, ServerTemplate template) {
    return around.fleet().template(server).equals(Optional.of(template));
  }
}
