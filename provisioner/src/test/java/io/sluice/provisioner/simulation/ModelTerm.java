package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.plan.CommandOffsets;
import io.sluice.provisioner.plan.Effect;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.OptimisticView;
import io.sluice.provisioner.plan.Outcome;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.Progress;
import io.sluice.provisioner.plan.ProvisionerState;
import io.sluice.provisioner.plan.TermSettings;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One term, driven as the office does it: fence, read to the ends, record who leads; then read,
 * think, record, perform, and prove from time to time that it still leads.
 */
final class ModelTerm {
  private static final long TICK = 100;
  private static final int PROOFS = 3;

  private final ModelMonitor monitor;
  private final Cluster cluster;
  private final Author author;
  private final ModelReading reading;
  private final ModelLeaderLog ledger;
  private final Performing performing;
  private final Deque<Input> mailbox = new ArrayDeque<>();
  private Optional<ProvisionerState> mind = Optional.empty();
  private Epoch epoch = Epoch.NONE;
  private boolean serving;
  private boolean ending;
  private boolean over;
  private long lastTick;
  private long lastProof;

  ModelTerm(ModelMonitor monitor, Author author) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
    this.author = author;
    this.reading = new ModelReading(monitor);
    this.ledger = new ModelLeaderLog(monitor, author);
    this.performing = new Performing(monitor, author, this::post);
  }

  Epoch epoch() {
    return epoch;
  }

  /** Whether it came into office at all. */
  boolean took() {
    return serving;
  }

  boolean serves() {
    return serving && !over;
  }

  void begin() {
    ledger.open(this::opened, this::lost);
  }

  private void opened(ModelLeaderLog.Opening opening) {
    // Redis is asked by the same thread; a snapshot that can't be had is no snapshot.
    monitor
        .process()
        .after(
            cluster.dice().usually(5, cluster.weather().rarely(0.02), 2000),
            () -> {
              Fleet from = reading.begin(opening, monitor.around().snapshots().load());
              recover(from, opening, cluster.scheduler().now());
            });
  }

  private void recover(Fleet known, ModelLeaderLog.Opening opening, long progressAt) {
    if (ending) {
      close(false);
      return;
    }
    long before = reading.position();
    Fleet fleet = reading.fold(known);
    if (reading.reached(opening.ends())) {
      monitor.around().witness().recovered(fleet, reading.positions());
      inaugurate(fleet, opening);
      return;
    }
    long now = cluster.scheduler().now();
    long since = reading.position() > before ? now : progressAt;
    if (now - since > Duration.ofSeconds(30).toMillis()) {
      lost(false);
    } else {
      monitor.process().after(30, () -> recover(fleet, opening, since));
    }
  }

  private void inaugurate(Fleet fleet, ModelLeaderLog.Opening opening) {
    TermStart inauguration =
        TermStart.of(
            fleet,
            Settings.declarations(cluster.zones()),
            new MonitorId(monitor.id()),
            URI.create("http://monitor:8080"),
            cluster.scheduler().time());
    epoch = inauguration.epoch();
    TermSettings terms =
        new TermSettings(epoch, new TreeMap<>(), Settings.STOP_GRACE, Settings.LIST_INTERVAL);
    ProvisionerState fresh =
        new ProvisionerState(
            terms, new OptimisticView(fleet), new CommandOffsets(opening.commands()));
    mind = Optional.of(fresh);
    lastProof = cluster.scheduler().now();
    Outcome outcome = fresh.inaugurate(inauguration, cluster.scheduler().time());
    settle(fresh, outcome, this::serve);
  }

  private void serve() {
    serving = true;
    monitor.say("leads, epoch %s", epoch);
    monitor.around().fleet().watch(this);
    monitor.process().after(1, this::turn);
    monitor.process().after(500, this::keepSnapshot);
    monitor.took(epoch);
  }

  private void turn() {
    if (over) {
      return;
    }
    if (ending) {
      close(false);
      return;
    }
    mind.ifPresent(this::think);
  }

  private void think(ProvisionerState leader) {
    List<Input> inputs = new ArrayList<>();
    reading
        .take(leader.fullPartitions())
        .forEach(input -> inputs.add(Tampering.with(cluster.flaw(), input)));
    while (!mailbox.isEmpty()) {
      inputs.add(completed(mailbox.remove()));
    }
    long now = cluster.scheduler().now();
    if (now - lastTick >= TICK) {
      lastTick = now;
      inputs.add(new Input.Tick());
    }
    Outcome outcome = leader.step(inputs, cluster.scheduler().time());
    if (leader.fleet().epoch().compareTo(epoch) > 0) {
      lost(true);
      return;
    }
    settle(
        leader, outcome, () -> monitor.process().after(cluster.dice().between(5, 120), this::turn));
  }

  private Input completed(Input input) {
    return input instanceof Input.Listed(var listing, var _)
        ? new Input.Listed(
            cluster.has(Flaw.NO_RECONCILIATION)
                ? Listing.of(ModelReading.asListed(leaderFleet()))
                : listing,
            reading.commandsRead())
        : input;
  }

  private Fleet leaderFleet() {
    return mind.map(ProvisionerState::fleet).orElse(Fleet.EMPTY);
  }

  /** Records what is to be recorded, then does what is to be done. */
  private void settle(ProvisionerState leader, Outcome outcome, Runnable next) {
    long now = cluster.scheduler().now();
    boolean proof = proves(outcome, now);
    if (cluster.has(Flaw.EFFECTS_FIRST)) {
      outcome.effects().forEach(effect -> performing.perform(effect, now));
    }
    Consumer<List<Place>> recorded =
        places -> {
          leader.recorded(places);
          lastProof = cluster.scheduler().now();
          goOn(outcome, now, next);
        };
    if (outcome.records() || proof) {
      Map<Integer, Progress> progress = proof ? leader.progress() : outcome.progress();
      ledger.record(outcome.facts(), progress, recorded, this::lost);
    } else {
      goOn(outcome, now, next);
    }
  }

  /** Whether it is to prove that it leads: before it changes the fleet, and from time to time. */
  private boolean proves(Outcome outcome, long now) {
    boolean due = now - lastProof >= Call.PATIENCE / PROOFS;
    boolean acts = outcome.effects().stream().anyMatch(Effect::changesFleet);
    return !cluster.has(Flaw.NO_PROOF) && (due || (acts && !cluster.has(Flaw.RARE_PROOF)));
  }

  private void goOn(Outcome outcome, long decidedAt, Runnable next) {
    if (!cluster.has(Flaw.EFFECTS_FIRST)) {
      outcome.effects().forEach(effect -> performing.perform(effect, decidedAt));
    }
    next.run();
  }

  private void keepSnapshot() {
    if (!serves()) {
      return;
    }
    monitor.process().after(cluster.dice().between(1500, 3000), this::keepSnapshot);
    saveSnapshot();
  }

  private void saveSnapshot() {
    Map<Integer, Long> offsets =
        cluster.has(Flaw.SNAPSHOTS_AHEAD) ? reading.fetched() : reading.positions();
    Snapshot snapshot = SnapshotStore.snapshot(epoch, offsets, leaderFleet());
    cluster
        .scheduler()
        .after(
            cluster.dice().usually(5, cluster.weather().rarely(0.1), 6000),
            () -> monitor.around().snapshots().save(snapshot));
  }

  /** Lets the leader hear of something. */
  void post(Input input) {
    if (!over) {
      int life = monitor.process().life();
      monitor
          .process()
          .after(
              cluster.dice().between(0, 5),
              () -> {
                if (life == monitor.process().life()) {
                  mailbox.add(input);
                }
              });
    }
  }

  /** Leaves office at the end of the turn. */
  void resign() {
    ending = true;
  }

  private void lost(boolean fenced) {
    monitor.say(fenced ? "is fenced" : "has lost the broker");
    if (fenced) {
      cluster.saw(Sight.FENCED);
    }
    close(fenced);
  }

  private void close(boolean fenced) {
    if (over) {
      return;
    }
    if (serving) {
      saveSnapshot();
    }
    vanish();
    monitor.left(fenced);
  }

  /** Its process is gone, or it is closed: nothing is followed up. */
  void vanish() {
    over = true;
    performing.close();
    monitor.around().fleet().unwatch(this);
  }

  @Override
  public String toString() {
    return author.toString();
  }
}
