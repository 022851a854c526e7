package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.plan.Effect;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.LeaderTurns;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.Recovered;
import io.sluice.provisioner.plan.SettledStarts;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One term: the product's {@link LeaderTurns} with the simulator's hands. What a blocking loop does
 * line by line is done here when the answers arrive.
 */
final class SimulatedTerm {
  private final ModelMonitor monitor;
  private final Cluster cluster;
  private final Author author;
  private final ModelConsumer reading;
  private final ModelProducer producer;
  private final Performing performing;
  private final Deque<Input> mailbox = new ArrayDeque<>();
  private Optional<LeaderTurns> turns = Optional.empty();
  private Epoch epoch = Epoch.NONE;
  private boolean serving;
  private boolean ending;
  private boolean over;

  SimulatedTerm(ModelMonitor monitor, Author author) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
    this.author = author;
    this.reading = new ModelConsumer(monitor);
    this.producer = new ModelProducer(monitor, author);
    this.performing = new Performing(monitor, author, this::post);
  }

  Epoch epoch() {
    return epoch;
  }

  /** Whether it came to lead at all. */
  boolean took() {
    return serving;
  }

  boolean serves() {
    return serving && !over;
  }

  void begin() {
    producer.open(this::opened, this::lost);
  }

  private void opened(ModelProducer.Opening opening) {
    // Redis is asked by the same thread; a snapshot that can't be had is no snapshot.
    monitor
        .process()
        .after(
            cluster.dice().usually(5, cluster.weather().rarely(0.02), 2000),
            () -> {
              Optional<Snapshot> snapshot =
                  monitor
                      .around()
                      .snapshots()
                      .load()
                      .filter(Snapshot::complete)
                      .filter(opening::fits);
              snapshot.ifPresent(used -> cluster.saw(Sight.SNAPSHOT_USED));
              reading.begin(opening, snapshot);
              Recovered known =
                  snapshot.map(taken -> Recovered.since(taken.known())).orElse(Recovered.NOTHING);
              recover(known, opening, cluster.scheduler().now());
            });
  }

  private void recover(Recovered known, ModelProducer.Opening opening, long progressAt) {
    if (ending) {
      close(false);
      return;
    }
    long before = reading.position();
    Recovered recovered = known.and(reading.takeFacts());
    if (reading.reached(opening.ends())) {
      monitor.around().witness().recovered(recovered.journal().fleet(), reading.positions());
      inaugurate(recovered, opening);
      return;
    }
    long now = cluster.scheduler().now();
    long since = reading.position() > before ? now : progressAt;
    if (now - since > Duration.ofSeconds(30).toMillis()) {
      lost(false);
    } else {
      monitor.process().after(30, () -> recover(recovered, opening, since));
    }
  }

  private void inaugurate(Recovered read, ModelProducer.Opening opening) {
    Recovered recovered =
        cluster.has(Flaw.OFFSETS_BELIEVED)
            ? Recovered.since(new JournalState(read.journal().fleet(), SettledStarts.NONE))
            : read;
    TermStart start =
        TermStart.of(
            recovered.journal().fleet(),
            Settings.declarations(monitor.zones()),
            new MonitorId(monitor.id()),
            URI.create("http://monitor:8080"),
            monitor.now().time());
    epoch = start.epoch();
    TermSettings terms =
        new TermSettings(
            epoch,
            cluster.has(Flaw.SILENCE_BELIEVED)
                ? recovered.journal().fleet().zones().keySet()
                : Set.copyOf(monitor.zones()),
            new TreeMap<>(),
            Settings.STOP_GRACE,
            Settings.LIST_INTERVAL);
    LeaderTurns fresh =
        new LeaderTurns(
            terms, Duration.ofMillis(Call.PATIENCE), recovered, opening.commands(), monitor.now());
    turns = Optional.of(fresh);
    settle(fresh, fresh.begin(start, recovered, monitor.now()), this::serve);
  }

  private void serve() {
    serving = true;
    monitor.say("leads, epoch %s", epoch);
    if (!monitor.zones().equals(cluster.zones())) {
      cluster.saw(Sight.ZONE_MISSING);
    }
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
    turns.ifPresent(this::turn);
  }

  private void turn(LeaderTurns leader) {
    List<Input> read =
        reading.take(leader.held()).stream()
            .map(input -> Tampering.with(cluster.flaw(), input))
            .toList();
    List<Input> posted = new ArrayList<>();
    while (posted.size() < LeaderTurns.POSTED_MAX && !mailbox.isEmpty()) {
      posted.add(seen(mailbox.remove()));
    }
    LeaderTurns.Taken taken = new LeaderTurns.Taken(read, false, reading.commandsRead(), posted);
    switch (leader.take(taken, monitor.now())) {
      case LeaderTurns.Turn.Over ignored -> lost(true);
      case LeaderTurns.Turn.GoesOn next ->
          settle(
              leader,
              next,
              () -> monitor.process().after(cluster.dice().between(5, 120), this::turn));
    }
  }

  private Input seen(Input input) {
    return input instanceof Input.Listed(var _, var read) && cluster.has(Flaw.NO_RECONCILIATION)
        ? new Input.Listed(Listing.of(ModelConsumer.asListed(leaderFleet())), read)
        : input;
  }

  private Fleet leaderFleet() {
    return known().fleet();
  }

  private JournalState known() {
    return turns.map(leader -> leader.state().journal()).orElse(JournalState.EMPTY);
  }

  /** Records what is to be recorded, then does what is to be done. */
  private void settle(LeaderTurns leader, LeaderTurns.Turn.GoesOn turn, Runnable next) {
    long now = cluster.scheduler().now();
    if (cluster.has(Flaw.EFFECTS_FIRST)) {
      turn.outcome().effects().forEach(effect -> performing.perform(effect, now));
    }
    Consumer<List<Place>> recorded =
        places -> {
          leader.recorded(places);
          goOn(turn, now, next);
        };
    if (turn.records() && !unproven(turn)) {
      producer.record(turn.outcome().facts(), turn.commands(), recorded, this::lost);
    } else {
      goOn(turn, now, next);
    }
  }

  /** Whether this is a proof of leadership and nothing else, and a flaw does without it. */
  private boolean unproven(LeaderTurns.Turn.GoesOn turn) {
    boolean needed = turn.outcome().records();
    boolean acts = turn.outcome().effects().stream().anyMatch(Effect::changesFleet);
    return !needed && (cluster.has(Flaw.NO_PROOF) || (cluster.has(Flaw.RARE_PROOF) && acts));
  }

  private void goOn(LeaderTurns.Turn.GoesOn turn, long decidedAt, Runnable next) {
    if (!cluster.has(Flaw.EFFECTS_FIRST)) {
      turn.outcome().effects().forEach(effect -> performing.perform(effect, decidedAt));
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
    Snapshot snapshot = SnapshotStore.snapshot(epoch, offsets, known());
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

  /** Leaves at the end of the turn. */
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
