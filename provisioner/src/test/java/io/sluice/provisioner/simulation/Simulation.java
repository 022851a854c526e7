package io.sluice.provisioner.simulation;

import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One cluster's life: it starts, a storm of faults passes over it, all faults end, and it has to
 * settle and stay settled. Everything follows from the seed.
 */
final class Simulation {
  private static final long STORM_MIN = 10_000;
  private static final long STORM_MAX = 40_000;
  private static final long SETTLING_MAX = 120_000;
  private static final long LOOK = 500;
  private static final long CALM = 10_000;

  /** By then whatever was sent in the storm has arrived. */
  private static final long LATEST = 10_000;

  private final long seed;
  private final Scheduler scheduler = new Scheduler();
  private final Trace trace;
  private final Dice dice;
  private final Surroundings around;
  private final SimulatedTopology decider;
  private final Bystanders bystanders;
  private final Releases releases;
  private final Settlement settlement;

  /**
   * How a run ended.
   *
   * @param steps how many events it had
   * @param terms how often the office was sought
   * @param millis how long it took in virtual time
   * @param sights how often what was seen
   * @param broken which invariant did not hold; empty if all did
   * @param trace the last events, if they were asked for
   */
  record Run(
      long seed,
      long steps,
      int terms,
      long millis,
      Map<Sight, Integer> sights,
      Optional<Invariant> broken,
      List<String> trace) {
    Run {
      sights = Map.copyOf(sights);
      trace = List.copyOf(trace);
    }
  }

  private Simulation(long seed, Flaw flaw, int traceMax) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.trace = new Trace(scheduler, traceMax);
    List<ZoneId> zones =
        Stream.of("zone1", "zone2", "zone3").limit(dice.between(1, 3)).map(ZoneId::new).toList();
    Cluster cluster = new Cluster(scheduler, dice, flaw, new Weather(), trace, new Sights(), zones);
    int partitions = Math.toIntExact(dice.between(1, 2));
    this.around = new Surroundings(cluster, partitions);
    boolean takeover = dice.chance(0.8);
    int monitors = dice.pick(List.of(3, 3, 3, 3, 3, 1, 2, 5));
    List<MonitorId> ids = IntStream.rangeClosed(1, monitors).mapToObj(MonitorId::new).toList();
    for (MonitorId id : ids) {
      SortedSet<MonitorId> peers = new TreeSet<>(ids);
      peers.remove(id);
      around.add(new SimulatedMonitor(around, id, peers, takeover));
    }
    this.decider = new SimulatedTopology(cluster, around.broker());
    this.bystanders = new Bystanders(around, decider);
    this.releases = new Releases(around, decider);
    this.settlement = new Settlement(around, decider, bystanders, releases, takeover);
  }

  /** A run without a trace. */
  static Run run(long seed, Flaw flaw) {
    return new Simulation(seed, flaw, 0).live();
  }

  /** The same run again, with its last events. */
  static Run runAgain(long seed, Flaw flaw, int traceMax) {
    return new Simulation(seed, flaw, traceMax).live();
  }

  private Run live() {
    ProductLog.listen(this::heard);
    try {
      pass();
      return ended(Optional.empty());
    } catch (Invariant.Broken broken) {
      return ended(broken.invariant(), broken);
    } catch (RuntimeException unforeseen) {
      return ended(Invariant.NO_ERROR, unforeseen);
    } finally {
      ProductLog.listenNoMore();
    }
  }

  /** What the product logs. */
  private void heard(ProductLog.Line line) {
    trace.say("log", "%s", line);
    if (line.says("still writes")) {
      around.cluster().saw(Sight.LEFT_IN_OFFICE);
    } else if (line.says("takes over")) {
      around.cluster().saw(Sight.CEDED);
    }
    if (line.unforeseen()) {
      around.cluster().fail(Invariant.NO_ERROR, line.toString());
    }
  }

  private Run ended(Invariant invariant, RuntimeException how) {
    trace.say("BROKEN", "%s: %s", invariant, how);
    for (StackTraceElement frame : how.getStackTrace()) {
      trace.say("", "  at %s", frame);
    }
    return ended(Optional.of(invariant));
  }

  private Run ended(Optional<Invariant> broken) {
    return new Run(
        seed,
        scheduler.steps(),
        around.terms(),
        scheduler.now(),
        around.cluster().sights().counts(),
        broken,
        trace.lines());
  }

  private void pass() {
    for (SimulatedMonitor monitor : around.monitors()) {
      scheduler.after(dice.between(0, 2000), monitor::boot);
    }
    decider.start();
    bystanders.start();
    releases.start();
    Storm storm = new Storm(around);
    scheduler.after(dice.between(2500, 6000), storm::blow);
    storm.lookAfter();
    scheduler.runUntil(dice.between(STORM_MIN, STORM_MAX));
    storm.end();
    bystanders.makeUpTheirMinds();
    releases.makeUpTheirMinds();
    scheduler.runUntil(scheduler.now() + LATEST);
    settle();
    stayCalm(CALM);
    if (dice.chance(0.3)) {
      storm.forgeHeartbeat();
      stayCalm(CALM);
    }
    if (dice.chance(0.3)) {
      partMonitors();
      stayCalm(CALM);
    }
    if (dice.chance(0.2)) {
      duplicateLeader();
    }
  }

  /** Another process with the leader's id finds out, ends, and changes nothing. */
  private void duplicateLeader() {
    SimulatedMonitor leader =
        around.monitors().stream().filter(SimulatedMonitor::leads).findFirst().orElseThrow();
    SimulatedMonitor copy = around.another(leader);
    copy.boot();
    long begun = scheduler.now();
    scheduler.runUntil(begun + CALM);
    if (copy.refusal().isEmpty() || copy.process().up()) {
      throw new Invariant.Broken(
          Invariant.ONE_PER_ID,
          "%s runs on beside %s, which led when it came".formatted(copy, leader));
    }
    requireCalm(begun);
  }

  /** A cut between the monitors alone is no reason for another leader: Kafka shows who writes. */
  private void partMonitors() {
    trace.say("network", "is cut between all monitors");
    for (SimulatedMonitor from : around.monitors()) {
      around.monitors().stream()
          .filter(to -> to != from)
          .forEach(to -> around.network().cut(from.node(), to.node()));
    }
  }

  private void settle() {
    long latest = scheduler.now() + SETTLING_MAX;
    Optional<Settlement.Lack> lack = settlement.lack();
    while (lack.isPresent()) {
      if (scheduler.now() > latest) {
        throw new Invariant.Broken(
            lack.get().invariant(),
            "%d s after the last fault: %s".formatted(SETTLING_MAX / 1000, lack.get().what()));
      }
      scheduler.runUntil(scheduler.now() + LOOK);
      lack = settlement.lack();
    }
    trace.say("cluster", "has settled");
  }

  private void stayCalm(long millis) {
    long settled = scheduler.now();
    scheduler.runUntil(settled + millis);
    requireCalm(settled);
  }

  private void requireCalm(long settled) {
    if (around.witness().lastChange() > settled) {
      throw new Invariant.Broken(
          Invariant.CALM,
          "something was elected, launched or stopped at %d ms, after it had settled at %d ms"
              .formatted(around.witness().lastChange(), settled));
    }
    settlement
        .lack()
        .ifPresent(lack -> {
          throw new Invariant.Broken(lack.invariant(), "not settled any more: " + lack.what());
        });
  }
}
