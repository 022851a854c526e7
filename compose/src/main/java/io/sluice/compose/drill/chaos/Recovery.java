package io.sluice.compose.drill.chaos;

import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.Standings.Standing;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Waits until a cluster is well again after a fault, which is shown by having it do something: each
 * zone is asked for another number of servers than it has.
 */
final class Recovery {
  private static final String ANSWERING = "/id";

  private final DrillCluster cluster;
  private final Chronicle chronicle;
  private final Copies copies;
  private final Watch watch;
  private final Findings findings;
  private final Trouble.Due due;

  /** How many servers each zone was asked for last. */
  private final Map<ZoneId, Integer> wanted = new HashMap<>();

  /** Which zones have taken that; empty: none was asked since all was well. */
  private final Set<ZoneId> asked = new TreeSet<>();

  private boolean demanding;

  /** What a cluster tells of itself. */
  record Signs(Chronicle chronicle, Copies copies) {}

  Recovery(DrillCluster cluster, Signs signs, Watch watch, Findings findings, Trouble.Due due) {
    this.cluster = cluster;
    this.chronicle = signs.chronicle();
    this.copies = signs.copies();
    this.watch = watch;
    this.findings = findings;
    this.due = due;
  }

  /**
   * Asks each zone for another number of servers than it has, while something may be broken. Who
   * does not take it in time is asked by {@link #await}.
   */
  void demand(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    begin();
    while (System.nanoTime() < end && asked.size() < zones().size()) {
      askTheOthers();
      chronicle.read();
    }
  }

  private void begin() {
    if (!demanding) {
      demanding = true;
      asked.clear();
      zones().forEach(zone -> wanted.merge(zone, 1, (before, _) -> before == 1 ? 2 : 1));
    }
  }

  private void askTheOthers() {
    zones().stream().filter(zone -> !asked.contains(zone) && ask(zone)).forEach(asked::add);
  }

  /**
   * Waits until all is well.
   *
   * @param since when it ceased to be
   * @param atMost how long, from now on
   * @return whether it became so in time
   */
  boolean await(Instant since, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    begin();
    Optional<Lack> lack = Optional.empty();
    while (System.nanoTime() < end) {
      watch.look();
      chronicle.read();
      if (asked.size() < zones().size() && leader().isPresent()) {
        askTheOthers();
      }
      lack = lack(since);
      if (lack.isEmpty()) {
        demanding = false;
        return true;
      }
    }
    demanding = false;
    lack.ifPresent(missing ->
        findings.add(
            missing.invariant(),
            "not within %d s: %s".formatted(atMost.toSeconds(), missing.what())));
    return false;
  }

  /** What is not as it should be. */
  private record Lack(Invariant invariant, String what) {
    static Optional<Lack> unless(boolean so, Invariant invariant, String what) {
      return so ? Optional.empty() : Optional.of(new Lack(invariant, what));
    }
  }

  private Optional<Lack> lack(Instant since) {
    Optional<Lack> found =
        Lack.unless(
            leader().isPresent(),
            Invariant.DECIDED,
            "all monitors follow monitor %d".formatted(monitors()));
    for (ZoneId zone : zones()) {
      found = found.or(() -> undecided(zone, since)).or(() -> unserved(zone));
    }
    return found
        .or(this::troubled)
        .or(this::unknownServers)
        .or(() -> silent(cluster.gateway()))
        .or(this::behind);
  }

  private Optional<Lack> behind() {
    return copies
        .behind()
        .map(what ->
            new Lack(Invariant.COPIES, "all copies of all partitions are in step; " + what));
  }

  private Optional<Lack> troubled() {
    return Lack.unless(
        due.lasting(chronicle.troubles()).equals(due.now()),
        Invariant.CONDITIONS,
        "there is %s, and no other trouble; there is %s"
            .formatted(due.now(), chronicle.troubles()));
  }

  private Optional<Lack> undecided(ZoneId zone, Instant since) {
    int servers = wanted.getOrDefault(zone, 1);
    return Lack.unless(
            asked.contains(zone),
            Invariant.DECIDED,
            "%s can be asked for %d servers".formatted(zone, servers))
        .or(() ->
            Lack.unless(
                chronicle.observedSince(zone, since),
                Invariant.DECIDED,
                "%s is observed".formatted(zone)))
        .or(() ->
            Lack.unless(
                servers == alive(zone) || chronicle.decidedSince(zone, servers, since),
                Invariant.DECIDED,
                "it is decided that %s has %d servers".formatted(zone, servers)));
  }

  private long alive(ZoneId zone) {
    return chronicle.servers(zone).stream().filter(Server::live).count();
  }

  private Optional<Lack> unserved(ZoneId zone) {
    int servers = wanted.getOrDefault(zone, 1);
    List<Server> known = chronicle.servers(zone);
    boolean ready =
        known.size() == servers
            && known.stream().allMatch(server -> server.state() == ServerState.READY);
    return Lack.unless(
            ready && chronicle.rolledOver(zone),
            Invariant.WANTED_SERVERS,
            "%s has %d ready servers of its template, and no others; it has %s"
                .formatted(
                    zone,
                    servers,
                    known.stream().map(server -> server.id() + " " + server.state()).toList()))
        .or(() -> silent(cluster.balancer(zone)));
  }

  private Optional<Lack> unknownServers() {
    Set<ServerId> known =
        zones().stream()
            .flatMap(zone -> chronicle.servers(zone).stream())
            .map(Server::id)
            .collect(Collectors.toCollection(TreeSet::new));
    try (ProcessFleet fleet = cluster.fleet()) {
      Set<ServerId> running =
          fleet.list().instances().stream()
              .filter(Instance::running)
              .map(Instance::server)
              .collect(Collectors.toCollection(TreeSet::new));
      return Lack.unless(
          running.equals(known),
          Invariant.WANTED_SERVERS,
          "what runs, %s, is what the journal knows, %s".formatted(running, known));
    }
  }

  private Optional<Lack> silent(URI place) {
    try (MonitorClient client = new MonitorClient(place)) {
      return Lack.unless(
          answers(() -> client.ask("GET", ANSWERING, "", Map.of()).body().contains("server")),
          Invariant.ANSWERED,
          "%s answers".formatted(place));
    }
  }

  /** Asks for as many servers as the zone is to have next; whether that was taken. */
  private boolean ask(ZoneId zone) {
    try (MonitorClient client = cluster.client(new MonitorId(1))) {
      return answers(() ->
          client
              .ask(
                  "POST",
                  MonitorClient.ofZone(zone.value(), "scale"),
                  "{\"servers\": %d}".formatted(wanted.getOrDefault(zone, 1)),
                  Map.of("Authorization", "Bearer " + cluster.token()))
              .tree()
              .has("at"));
    }
  }

  /** Whether there is a good answer; that there is none yet is what is waited for. */
  private static boolean answers(Supplier<Boolean> question) {
    try {
      return question.get();
    } catch (MonitorException notYet) {
      return false;
    }
  }

  /** The highest monitor, if all others follow it. */
  private Optional<MonitorId> leader() {
    MonitorId highest = new MonitorId(monitors());
    for (int id = 1; id <= monitors(); id++) {
      String phase = id == monitors() ? "leading" : "following";
      Optional<Standing> standing = cluster.standing(new MonitorId(id));
      if (standing.isEmpty()
          || standing.get().leader() != highest.value()
          || !standing.get().phase().equals(phase)) {
        return Optional.empty();
      }
    }
    return Optional.of(highest);
  }

  private int monitors() {
    return cluster.shape().parts().monitors();
  }

  private List<ZoneId> zones() {
    return cluster.shape().parts().zones();
  }
}
