package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.ElectionState;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.election.Message;
import io.sluice.provisioner.elector.HeartbeatReader;
import io.sluice.provisioner.elector.HeartbeatWriter;
import io.sluice.provisioner.elector.LeaderElector;
import io.sluice.provisioner.elector.Peers;
import io.sluice.provisioner.elector.Presence;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.leadership.FleetWatch;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.LeadershipSettings;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.provisioner.leadership.SnapshotKeeping;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A monitor's process, wired as the product's {@code Monitor} wires it: its election, its
 * leadership and what goes on beside a term are the product's, and run on simulated threads.
 */
final class SimulatedMonitor {
  private static final URI URL = URI.create("http://monitor:8080");

  /** Added to the id, it names the process that has the same one. */
  private static final int COPY = 100;

  /** How soon whatever watches processes starts one again that halted; milliseconds. */
  private static final long RESTART_MAX = 3000;

  /** By then a held connection has ended that its monitor holds no longer. */
  private static final long HELD_MAX = 100;

  private final Surroundings around;
  private final MonitorId id;
  private final int node;
  private final SortedSet<MonitorId> peers;
  private final boolean takeover;
  private final MonitorProcess process;
  private List<ZoneId> configured;
  private List<ZoneId> file;
  private Duration clockAhead = Duration.ZERO;
  private Optional<Parts> parts = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private boolean hangs;
  private int failures;

  /** What a process is made of while it lives. */
  private record Parts(
      SimulatedThreads threads, Loops loops, Leadership leadership, LeaderElector elector) {}

  SimulatedMonitor(
      Surroundings around, MonitorId id, SortedSet<MonitorId> peers, boolean takeover) {
    this(around, id, id.value(), peers, takeover);
  }

  private SimulatedMonitor(
      Surroundings around, MonitorId id, int node, SortedSet<MonitorId> peers, boolean takeover) {
    this.around = around;
    this.id = id;
    this.node = node;
    this.peers = new TreeSet<>(peers);
    this.takeover = takeover;
    this.process = new MonitorProcess(around.cluster().scheduler());
    this.configured = around.cluster().zones();
    this.file = configured;
  }

  /** Another process with the same id and the same file. */
  SimulatedMonitor copy() {
    return new SimulatedMonitor(around, id, COPY + id.value(), peers, takeover);
  }

  /** The zones of its file, as it read it when it started. */
  List<ZoneId> file() {
    return file;
  }

  /** Has its file changed, which it reads when it starts. */
  void configure(List<ZoneId> zones) {
    configured = List.copyOf(zones);
  }

  /** Lets what goes on beside its terms fail to begin so many times. */
  void failsBesideTerms(int times) {
    failures = times;
  }

  /** How many times that is to fail yet. */
  int failuresLeft() {
    return failures;
  }

  /** Whether it has read its file as it is now. */
  boolean hasRead(List<ZoneId> zones) {
    return configured.equals(zones) && file.equals(zones);
  }

  /** Somebody sets its host's wall clock. */
  void setClock(Duration ahead) {
    clockAhead = ahead;
  }

  private Instant time() {
    return cluster().scheduler().time().plus(clockAhead);
  }

  private Ticks ticks() {
    if (cluster().has(Flaw.NO_ELECTION)) {
      return new Ticks(0);
    }
    long millis =
        cluster().has(Flaw.CLOCK_BELIEVED) ? time().toEpochMilli() : cluster().scheduler().now();
    return new Ticks(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  MonitorId id() {
    return id;
  }

  /** Which process it is; its id, but for one whose id another has. */
  int node() {
    return node;
  }

  Cluster cluster() {
    return around.cluster();
  }

  SimulatedBroker broker() {
    return around.broker();
  }

  Surroundings around() {
    return around;
  }

  MonitorProcess process() {
    return process;
  }

  private Parts parts() {
    return parts.orElseThrow(() -> new IllegalStateException("monitor " + node + " never began"));
  }

  SimulatedThreads threads() {
    return parts().threads();
  }

  /** What it knows and whether it leads. */
  LeadershipState state() {
    return parts.map(running -> running.leadership().state()).orElse(LeadershipState.NONE);
  }

  boolean leads() {
    return process.up() && state().leads();
  }

  /** Whom it believes to lead. */
  Optional<MonitorId> leader() {
    return process.up() ? election().leader(id) : Optional.empty();
  }

  private ElectionState election() {
    return parts.map(running -> running.elector().state()).orElse(ElectionState.NONE);
  }

  /** Whether it leads only if nobody else does, since it failed in office too often. */
  boolean standsBack() {
    return election().standsBack();
  }

  /** Why it must not run, if it has found out that it must not. */
  Optional<String> refusal() {
    return refusal;
  }

  /** From now on, whenever it takes office, that comes to no end. */
  void hangsWhenItTakesOffice() {
    hangs = true;
  }

  boolean hangs() {
    return hangs;
  }

  void boot() {
    say("starts");
    process.start();
    file = configured;
    refusal = Optional.empty();
    SimulatedThreads threads = new SimulatedThreads(cluster(), process, this::ticks);
    Loops loops = new Loops(this::halt, threads);
    Incarnation incarnation = new Incarnation("%dlife%d".formatted(node, process.life()));
    Electorate electorate = new Electorate(id, incarnation, peers, takeover, Settings.TIMINGS);
    SimulatedTopic topic = new SimulatedTopic(this);
    Leadership leadership = leadership(topic, electorate, loops);
    LeaderElector elector =
        new LeaderElector(
            electorate,
            leadership,
            new Peers(new SimulatedCalls(this), threads),
            new LeaderElector.Signs(
                new HeartbeatReader(topic, loops), new Presence(topic, electorate, loops)),
            loops);
    parts = Optional.of(new Parts(threads, loops, leadership, elector));
    process.after(0, () -> begin(elector));
  }

  private void begin(LeaderElector elector) {
    elector.start();
    var _ =
        elector
            .refusal()
            .thenAccept(why -> {
              refusal = Optional.of(why);
              cluster().saw(Sight.REFUSED_TO_RUN);
              end();
            });
  }

  private Leadership leadership(SimulatedTopic topic, Electorate electorate, Loops loops) {
    SimulatedEngine engine = new SimulatedEngine(this);
    SimulatedSnapshots snapshots = new SimulatedSnapshots(this);
    // What a monitor takes for its own when silence is believed.
    List<ZoneId> declared = cluster().has(Flaw.SILENCE_BELIEVED) ? cluster().zones() : file;
    return new Leadership(
        new LeadershipSettings(
            id,
            URL,
            Settings.declarations(declared),
            true,
            Map.of(),
            Duration.ofMillis(Call.PATIENCE),
            Settings.STOP_GRACE,
            Settings.LIST_INTERVAL),
        () -> {
          SimulatedLeaderLog log = SimulatedLeaderLog.connect(this);
          snapshots.ofTermWith(log);
          return log;
        },
        new Leadership.Means(engine, snapshots, Vault.NONE, engine, this::time),
        List.of(
            this::takesOffice,
            new HeartbeatWriter(topic, electorate, URL, loops),
            new FleetWatch(engine),
            new SnapshotKeeping(snapshots, Settings.SNAPSHOT_INTERVAL, loops)),
        loops);
  }

  private LeaderTask.Ongoing takesOffice(LeaderTask.LeaderContext term) {
    LeadershipState known = term.state();
    say("leads, epoch %s", term.epoch());
    if (!around.witness().recovered(known.fleet(), known.offsets())) {
      cluster()
          .fail(
              Invariant.RECOVERS_THE_JOURNAL,
              "at %s: %s".formatted(known.offsets(), known.fleet()));
    }
    if (!file.equals(cluster().zones())) {
      cluster().saw(Sight.ZONE_MISSING);
    }
    mayThrow(0.03);
    if (failures > 0) {
      failures--;
      throw new IllegalStateException("what goes on beside a term fails");
    }
    return () -> mayThrow(0.03);
  }

  /** Throws something, on purpose, in so many cases of the storm. */
  void mayThrow(double share) {
    if (cluster().dice().chance(cluster().weather().rarely(share))) {
      Injected.any(cluster());
    }
  }

  /** Fails like a client of the fleet that is called by a thread that was interrupted. */
  void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new FleetException("interrupted");
    }
  }

  /** One of its loops can't go on. */
  private void halt(String loop, Throwable cause) {
    if (!Injected.is(cause)) {
      cluster().fail(Invariant.NO_ERROR, "%s of monitor %d: %s".formatted(loop, node, cause));
    }
    cluster().saw(Sight.HALTED);
    crash("halts: " + loop);
    cluster()
        .scheduler()
        .after(
            cluster().dice().between(100, RESTART_MAX),
            () -> {
              if (!process.up()) {
                boot();
              }
            });
  }

  /** Ends in order: leaves office, and tells the others. */
  void end() {
    say("is shut down");
    Parts running = parts();
    running
        .threads()
        .passing(
            "shutdown",
            () -> {
              running.elector().close();
              running.loops().close();
              crash("has ended");
            })
        .start();
    process.after(HELD_MAX, () -> around.network().ended(this));
  }

  void crash(String how) {
    say("%s", how);
    process.crash();
    around.network().ended(this);
  }

  /** Another monitor says something; whether that is taken. */
  boolean hears(MonitorId from, Message message) {
    return parts().elector().hear(from, message);
  }

  /** Somebody tells it something, whether or not it leads. */
  void tell(Input input) {
    process.after(
        cluster().dice().between(0, 5),
        () -> {
          var _ = parts().leadership().tell(input);
        });
  }

  /** Somebody asks it for a change, whether or not it leads. */
  void request(Change change) {
    process.after(
        cluster().dice().between(0, 5),
        () -> {
          var _ = parts().leadership().request(change);
        });
  }

  void say(String what, Object... with) {
    cluster().trace().say("monitor " + node, what, with);
  }

  @Override
  public String toString() {
    return "monitor " + node;
  }
}
