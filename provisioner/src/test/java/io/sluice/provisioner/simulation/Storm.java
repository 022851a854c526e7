package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.Input;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that can go wrong, at random, until it is over. */
final class Storm {
  /** How often whatever starts monitors again looks after them; milliseconds. */
  private static final long WATCH = 1000;

  private final Surroundings around;
  private final Cluster cluster;
  private final Dice dice;
  private final Stranger stranger;

  Storm(Surroundings around) {
    this.around = around;
    this.cluster = around.cluster();
    this.dice = cluster.dice();
    this.stranger = new Stranger(cluster);
    cluster.weather().lose(dice.chance(0.5) ? 0.1 : 0);
    cluster.weather().failStarts(dice.chance(0.5) ? 0.2 : 0.02);
  }

  void blow() {
    if (cluster.weather().stormy()) {
      cluster.scheduler().after(dice.between(200, 3500), this::blow);
      strike();
    }
  }

  private void strike() {
    switch (Math.toIntExact(dice.between(0, 30))) {
      case 0, 1 -> crash(victim());
      case 2, 3 -> pause(victim(), dice.between(100, 9000));
      case 4, 5 -> part(victim());
      case 6, 7 -> cutOff(victim());
      case 8 -> brokerDown();
      case 9, 10 -> loseServer();
      case 11 -> troubleRedis();
      case 12, 13 -> ambush(victim());
      case 14 -> shutDown(victim());
      case 15 -> crashWhileRolling();
      case 16 -> loseOffsets();
      case 17, 21, 22 -> setClock(victim());
      case 18 -> misconfigure(victim());
      case 19, 20 -> meddle();
      case 24, 25 -> duplicate(victim());
      case 26, 27 -> silenceEngine();
      case 28, 29 -> forgeHeartbeat();
      default -> burst();
    }
  }

  /** Somebody; a leader more often than others. */
  private SimulatedMonitor victim() {
    List<SimulatedMonitor> leaders =
        around.monitors().stream().filter(SimulatedMonitor::leads).toList();
    return leaders.isEmpty() || dice.chance(0.4)
        ? dice.pick(around.monitors())
        : dice.pick(leaders);
  }

  private void crash(SimulatedMonitor monitor) {
    if (monitor.process().up()) {
      monitor.crash("crashes");
      cluster.scheduler().after(dice.between(300, 8000), () -> restartInStorm(monitor));
    }
  }

  private void crashWhileRolling() {
    boolean rolling =
        cluster.zones().stream()
            .anyMatch(zone -> around.witness().fleet().zone(zone).rollout().isPresent());
    around.monitors().stream()
        .filter(monitor -> rolling && monitor.leads())
        .findFirst()
        .ifPresent(this::crash);
  }

  private static void restart(SimulatedMonitor monitor) {
    if (!monitor.process().up()) {
      monitor.boot();
    }
  }

  private void restartInStorm(SimulatedMonitor monitor) {
    if (cluster.weather().stormy()) {
      restart(monitor);
    }
  }

  /** Strikes just when something is recorded and the monitor does not know it yet. */
  private void ambush(SimulatedMonitor monitor) {
    boolean crash = dice.chance(0.5);
    around
        .broker()
        .ambush(
            monitor.node(),
            () -> {
              if (cluster.weather().stormy() && crash) {
                crash(monitor);
              } else if (cluster.weather().stormy()) {
                pause(monitor, dice.between(100, 12_000));
              }
            });
  }

  private void shutDown(SimulatedMonitor monitor) {
    if (monitor.process().up()) {
      monitor.end();
      cluster.scheduler().after(dice.between(2000, 8000), () -> restartInStorm(monitor));
    }
  }

  /** Somebody finds a monitor that refused to run, and starts it again. */
  void lookAfter() {
    cluster.scheduler().after(dice.between(3000, 6000), this::lookAfter);
    around.monitors().stream()
        .filter(monitor -> monitor.refusal().isPresent())
        .forEach(this::restartInStorm);
  }

  private void pause(SimulatedMonitor monitor, long millis) {
    monitor.say("is paused");
    monitor.process().pause();
    cluster.scheduler().after(millis, () -> resume(monitor));
  }

  private static void resume(SimulatedMonitor monitor) {
    if (monitor.process().paused()) {
      monitor.say("goes on");
      monitor.process().resume();
    }
  }

  /** Cuts it off from some or all of the others, in one direction or both. */
  private void part(SimulatedMonitor monitor) {
    boolean there = dice.chance(0.75);
    boolean back = !there || dice.chance(0.7);
    boolean all = dice.chance(0.6);
    for (SimulatedMonitor other : around.monitors()) {
      if (other != monitor && (all || dice.chance(0.5))) {
        part(monitor.node(), other.node(), there);
        part(other.node(), monitor.node(), back);
      }
    }
  }

  private void part(int from, int to, boolean really) {
    if (really) {
      cluster.trace().say("network", "%d does not reach %d", from, to);
      around.network().cut(from, to);
      cluster.scheduler().after(dice.between(500, 12_000), () -> around.network().mend(from, to));
    }
  }

  private void cutOff(SimulatedMonitor monitor) {
    monitor.say("does not reach the broker");
    around.broker().cutOff(monitor.node());
    cluster
        .scheduler()
        .after(dice.between(300, 12_000), () -> around.broker().reconnect(monitor.node()));
  }

  private void brokerDown() {
    cluster.trace().say("broker", "is down");
    around.broker().up(false);
    cluster.scheduler().after(dice.between(300, 7000), () -> around.broker().up(true));
  }

  private void loseServer() {
    List<ServerId> running = new ArrayList<>(around.fleet().running());
    if (!running.isEmpty()) {
      around.fleet().crash(dice.pick(running));
    }
  }

  private void troubleRedis() {
    SimulatedRedis store = around.snapshots();
    switch (Math.toIntExact(dice.between(0, 2))) {
      case 0 -> store.empty();
      case 1 -> store.damage();
      default -> {
        store.up(false);
        cluster.scheduler().after(dice.between(1000, 9000), () -> store.up(true));
      }
    }
  }

  private void loseOffsets() {
    cluster.trace().say("broker", "has lost the offsets");
    cluster.saw(Sight.OFFSETS_LOST);
    around.broker().loseOffsets();
    // They are asked for by the next leader.
    crash(victim());
  }

  private void setClock(SimulatedMonitor monitor) {
    long minutes = dice.between(-90, 90);
    monitor.say("has its clock set by %d minutes", minutes);
    cluster.saw(Sight.CLOCK_SET);
    monitor.setClock(Duration.ofMinutes(minutes));
  }

  /** It comes back with a file that lacks a zone. */
  private void misconfigure(SimulatedMonitor monitor) {
    if (cluster.zones().size() == 1) {
      // No monitor starts with a file that has none at all.
      return;
    }
    ZoneId missing = dice.pick(cluster.zones());
    monitor.say("has a file without %s", missing);
    monitor.configure(cluster.zones().stream().filter(zone -> !zone.equals(missing)).toList());
    crash(monitor);
  }

  /** Somebody starts another process with the same id, for a while. */
  private void duplicate(SimulatedMonitor monitor) {
    if (around.doubles().stream().noneMatch(other -> other.id().equals(monitor.id()))) {
      SimulatedMonitor copy = around.another(monitor);
      cluster.saw(Sight.DUPLICATE_ID);
      copy.boot();
      cluster.scheduler().after(dice.between(1000, 15_000), () -> takeAway(copy));
    }
  }

  private static void takeAway(SimulatedMonitor copy) {
    if (copy.process().up()) {
      copy.crash("is taken away");
    }
  }

  private void silenceEngine() {
    ZoneId zone = dice.pick(cluster.zones());
    long until = cluster.scheduler().now() + dice.between(1000, 15_000);
    cluster.trace().say("engine", "of %s answers nobody who lists", zone);
    around.fleet().truth().silent(zone, until);
  }

  private void meddle() {
    if (around.broker().up()) {
      cluster.saw(Sight.HOSTILE_FACT);
      FleetEvent fact = stranger.fact();
      cluster.trace().say("stranger", "%s", fact);
      around.broker().tell(Author.STRANGER, fact, 5);
    }
  }

  /** One heartbeat that nobody of the cluster wrote. */
  void forgeHeartbeat() {
    if (around.broker().up()) {
      Input.Beat beat = stranger.heartbeat();
      cluster.saw(Sight.HEARTBEAT_FORGED);
      cluster.trace().say("stranger", "%s", beat);
      around.broker().sign(beat);
    }
  }

  /** For a while most of what monitors say to each other is lost. */
  private void burst() {
    cluster.weather().lose(0.7);
    cluster.scheduler().after(dice.between(500, 4000), () -> cluster.weather().lose(0.05));
  }

  /** All faults are gone; a monitor may stay away for good, as long as one is left. */
  void end() {
    cluster.trace().say("storm", "is over");
    cluster.weather().clear();
    around.network().mendAll();
    around.broker().reconnectAll();
    around.broker().up(true);
    around.snapshots().up(true);
    around.fleet().truth().endSilence(cluster.scheduler().now());
    around.doubles().forEach(Storm::takeAway);
    for (SimulatedMonitor monitor : around.monitors()) {
      resume(monitor);
      if (!monitor.hasRead(cluster.zones())) {
        monitor.configure(cluster.zones());
        monitor.crash("is started again with its whole file");
      }
    }
    Optional<SimulatedMonitor> away =
        around.monitors().stream()
            .filter(monitor -> !monitor.process().up())
            .findFirst()
            .filter(monitor -> around.monitors().size() > 1 && dice.chance(0.5));
    around.monitors().stream()
        .filter(monitor -> !away.equals(Optional.of(monitor)))
        .forEach(this::bringBack);
  }

  /** Now, or once it has ended, if it is about to. */
  private void bringBack(SimulatedMonitor monitor) {
    restart(monitor);
    cluster.scheduler().after(WATCH, () -> bringBack(monitor));
  }
}
