package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Kafka as the monitors use it: a journal and commands in partitions, one transactional id with
 * producer epochs, offsets, heartbeats. Can be down, or out of reach of a monitor.
 */
final class SimulatedBroker {
  /** After this an open transaction is aborted, and its producer fenced; milliseconds. */
  static final long TRANSACTION_TIMEOUT = 3000;

  private final Cluster cluster;
  private final Witness witness;
  private final List<Log<FleetEvent>> journal = new ArrayList<>();
  private final List<Log<ScaleCommand>> commands = new ArrayList<>();
  private final List<Input> signs = new ArrayList<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private final Map<Integer, Long> offsets = new HashMap<>();
  private final Set<Integer> cutOff = new HashSet<>();
  private final Map<Integer, Runnable> ambushes = new HashMap<>();
  private boolean up = true;
  private long producerEpoch;
  private Optional<Transaction> open = Optional.empty();

  /** A producer that has taken the transactional id. */
  record Session(Author author, long producerEpoch) {}

  /** Another producer has taken the transactional id. */
  static final class Fenced extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  SimulatedBroker(Cluster cluster, Witness witness, int partitions) {
    this.cluster = cluster;
    this.witness = witness;
    for (int partition = 0; partition < partitions; partition++) {
      journal.add(new Log<>());
      commands.add(new Log<>());
      offsets.put(partition, 0L);
    }
  }

  boolean reachable(int monitor) {
    return up && !cutOff.contains(monitor);
  }

  boolean up() {
    return up;
  }

  void up(boolean now) {
    up = now;
  }

  void cutOff(int monitor) {
    cutOff.add(monitor);
  }

  void reconnect(int monitor) {
    cutOff.remove(monitor);
  }

  void reconnectAll() {
    cutOff.clear();
  }

  /** Does something right after the monitor's next commit, before it hears of it. */
  void ambush(int monitor, Runnable fault) {
    ambushes.put(monitor, fault);
  }

  List<Log<FleetEvent>> journal() {
    return journal;
  }

  List<Log<ScaleCommand>> commands() {
    return commands;
  }

  /** What stands in {@code leadership}, as it is heard. */
  List<Input> signs() {
    return signs;
  }

  /** Tells somebody once that more stands in {@code leadership}. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  Map<Integer, Long> offsets() {
    return Map.copyOf(offsets);
  }

  /** The offsets of the commands expire, or somebody deletes their group. */
  void loseOffsets() {
    offsets.clear();
  }

  /** The last committed fact of each partition before these offsets. */
  SortedMap<Integer, JournalState.Mark> marks(Map<Integer, Long> before) {
    SortedMap<Integer, JournalState.Mark> marks = new TreeMap<>();
    before.forEach((partition, offset) -> {
      for (Log.Entry<FleetEvent> entry :
          journal.get(partition).read(0, Integer.MAX_VALUE).entries()) {
        if (entry.offset() < offset) {
          marks.put(partition, new JournalState.Mark(entry.offset(), entry.time()));
        }
      }
    });
    return marks;
  }

  int partition(ZoneId zone) {
    return cluster.zones().indexOf(zone) % journal.size();
  }

  /** Takes the transactional id. */
  Session open(Author author) {
    if (!cluster.has(Flaw.NO_FENCING)) {
      open.ifPresent(transaction -> end(transaction, false));
      open = Optional.empty();
    }
    producerEpoch++;
    witness.opened(author);
    return new Session(author, producerEpoch);
  }

  /** Writes facts in the producer's transaction; the first ones begin it. */
  Appended append(Session session, List<FleetEvent> facts) {
    require(session);
    Transaction transaction = new Transaction(session.author());
    if (!cluster.has(Flaw.NO_FENCING)) {
      open = Optional.of(transaction);
    }
    List<Place> places = new ArrayList<>();
    facts.forEach(fact -> places.add(write(fact, transaction)));
    cluster.scheduler().after(TRANSACTION_TIMEOUT, () -> expire(session, transaction));
    return new Appended(transaction, places);
  }

  /** Facts that stand in a transaction. */
  record Appended(Transaction transaction, List<Place> places) {}

  private Place write(FleetEvent fact, Transaction transaction) {
    int partition = partition(fact.zone());
    Log<FleetEvent> log = journal.get(partition);
    transaction.touch(log, fact);
    return new Place(partition, log.append(cluster.scheduler().time(), fact, transaction));
  }

  private void expire(Session session, Transaction transaction) {
    if (transaction.open()) {
      cluster.trace().say("broker", "a transaction of %s timed out", transaction.author());
      cluster.saw(Sight.TRANSACTION_TIMED_OUT);
      end(transaction, false);
      if (producerEpoch == session.producerEpoch()) {
        producerEpoch++;
        open = Optional.empty();
      }
    }
  }

  /** Ends the producer's transaction, with these offsets in it. */
  void commit(Session session, Optional<Transaction> begun, Map<Integer, Long> commands) {
    require(session);
    Transaction transaction = begun.orElseGet(() -> new Transaction(session.author()));
    if (!transaction.open()) {
      throw new Fenced();
    }
    witness.committing(transaction, commands, offsets);
    offsets.putAll(commands);
    end(transaction, true);
    open = Optional.empty();
    witness.committed(transaction);
    Runnable ambush = ambushes.remove(session.author().monitor());
    if (ambush != null) {
      ambush.run();
    }
  }

  private void end(Transaction transaction, boolean commit) {
    transaction.end(commit).forEach(log -> log.mark(cluster.scheduler().time(), transaction));
  }

  private void require(Session session) {
    if (session.producerEpoch() != producerEpoch && !cluster.has(Flaw.NO_FENCING)) {
      throw new Fenced();
    }
  }

  /** Somebody who is no leader writes a fact; it can be read some milliseconds later. */
  void tell(FleetEvent fact, long openMillis) {
    tell(Author.OTHERS, fact, openMillis);
  }

  /** Somebody else writes a fact; it can be read some milliseconds later. */
  void tell(Author author, FleetEvent fact, long openMillis) {
    Transaction transaction = new Transaction(author);
    write(fact, transaction);
    cluster
        .scheduler()
        .after(
            openMillis,
            () -> {
              end(transaction, true);
              witness.committed(transaction);
            });
  }

  /** A command is written. */
  void command(ScaleCommand command) {
    Transaction transaction = new Transaction(Author.OTHERS);
    Log<ScaleCommand> log = commands.get(partition(command.zone()));
    log.append(cluster.scheduler().time(), command, transaction);
    transaction.touch(log);
    end(transaction, true);
    witness.commanded(command);
  }

  void sign(Input sign) {
    signs.add(sign);
    List<Runnable> told = List.copyOf(listeners);
    listeners.clear();
    told.forEach(Runnable::run);
  }
}
