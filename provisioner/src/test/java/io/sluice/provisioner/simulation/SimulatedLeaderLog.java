package io.sluice.provisioner.simulation;

import io.sluice.provisioner.leadership.LeaderLog;
import io.sluice.provisioner.leadership.LeadershipLostException;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.event.FleetEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A leader's producer and consumer: every request may take its time, and its answer may be lost.
 * Says on what decision its thread, and what that begins, acts: on what was read last.
 */
final class SimulatedLeaderLog implements LeaderLog {
  private static final long POLL_MIN = 5;

  /** The longest of the pauses after which a poll hands in what is there already. */
  private static final long POLL_USUAL = 25;

  private final SimulatedMonitor monitor;
  private final Cluster cluster;
  private final SimulatedBroker broker;
  private final Author author;
  private final SimulatedConsumer consumer;
  private Optional<SimulatedBroker.Session> session = Optional.empty();
  private Map<Integer, Long> recorded = Map.of();
  private long recordedAt;
  private Optional<Runnable> sleeper = Optional.empty();
  private boolean woken;

  private SimulatedLeaderLog(SimulatedMonitor monitor, Author author) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
    this.broker = monitor.broker();
    this.author = author;
    this.consumer = new SimulatedConsumer(monitor);
  }

  /** One for another attempt at the office. */
  static SimulatedLeaderLog connect(SimulatedMonitor monitor) {
    monitor.mayThrow(0.03);
    if (monitor.hangs()) {
      hang(monitor);
    }
    return new SimulatedLeaderLog(
        monitor, monitor.around().nextAuthor(monitor.node(), monitor.file()));
  }

  private static void hang(SimulatedMonitor monitor) {
    try {
      monitor.threads().hang();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  SimulatedConsumer consumer() {
    return consumer;
  }

  @Override
  public Opening open() {
    session = Optional.of(call(() -> broker.open(author)));
    return call(this::survey);
  }

  private Opening survey() {
    Map<Integer, Long> begins = new HashMap<>();
    Map<Integer, Long> ends = new HashMap<>();
    Map<Integer, Long> commands = new HashMap<>();
    for (int partition = 0; partition < broker.journal().size(); partition++) {
      begins.put(partition, 0L);
      ends.put(partition, broker.journal().get(partition).end());
      commands.put(partition, broker.offsets().getOrDefault(partition, 0L));
    }
    return new Opening(SimulatedRedis.JOURNAL, begins, ends, commands);
  }

  @Override
  public void readFrom(Map<Integer, Long> journal, Map<Integer, Long> commands) {
    if (!journal.isEmpty()) {
      cluster.saw(Sight.SNAPSHOT_USED);
    }
    consumer.begin(journal, commands);
  }

  @Override
  public Batch poll(Duration wait, Set<Integer> held) {
    waitAWhile(Math.max(POLL_MIN, wait.toMillis()));
    monitor.mayThrow(0.0001);
    List<Input> read =
        consumer.take(held).stream().map(input -> Tampering.with(cluster.flaw(), input)).toList();
    decides();
    return new Batch(read, List.of());
  }

  private void waitAWhile(long most) {
    long least = Math.min(most, POLL_USUAL);
    long wait = woken ? cluster.dice().between(1, POLL_MIN) : cluster.dice().between(least, most);
    woken = false;
    try {
      Coroutine me = cluster.scheduler().running().orElseThrow();
      long mine = me.prepare();
      sleeper = Optional.of(() -> me.wake(mine));
      me.park(wait);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } finally {
      sleeper = Optional.empty();
      woken = false;
    }
  }

  private static LeadershipLostException interrupted(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new LeadershipLostException("interrupted", false, interrupted);
  }

  private void decides() {
    Request request = new Request(author, cluster.scheduler().now());
    cluster.scheduler().running().orElseThrow().actsOn(request);
  }

  @Override
  public List<Place> record(Entry entry) {
    decides();
    monitor.mayThrow(0.0005);
    if (unproven(entry)) {
      return List.of();
    }
    if (cluster.has(Flaw.EFFECTS_FIRST)) {
      recordLater(entry);
      return places(entry);
    }
    SimulatedBroker.Session mine = session.orElseThrow();
    List<FleetEvent> facts = written(entry.facts());
    List<Place> places = List.of();
    if (facts.isEmpty()) {
      commit(mine, Optional.empty(), entry);
    } else {
      SimulatedBroker.Appended appended = call(() -> broker.append(mine, facts));
      commit(mine, Optional.of(appended.transaction()), entry);
      places = appended.places().subList(0, entry.facts().size());
    }
    Map<Integer, Long> offsets = new HashMap<>(recorded);
    offsets.putAll(entry.commands());
    recorded = offsets;
    recordedAt = cluster.scheduler().now();
    return places;
  }

  private void commit(
      SimulatedBroker.Session mine, Optional<Transaction> transaction, Entry entry) {
    boolean _ =
        call(() -> {
          broker.commit(mine, transaction, entry.commands());
          return true;
        });
  }

  /** Whether this is a proof of leadership and nothing else, and a flaw does without it. */
  private boolean unproven(Entry entry) {
    boolean needed =
        !entry.facts().isEmpty() || !recorded.entrySet().containsAll(entry.commands().entrySet());
    boolean soon = cluster.scheduler().now() - recordedAt < Call.PATIENCE / 3;
    return !needed && (cluster.has(Flaw.NO_PROOF) || (cluster.has(Flaw.RARE_PROOF) && soon));
  }

  /** The caller goes on as if it were recorded, while that is under way. */
  private void recordLater(Entry entry) {
    SimulatedBroker.Session mine = session.orElseThrow();
    monitor
        .process()
        .after(
            cluster.dice().between(1, 50),
            () -> {
              try {
                Optional<Transaction> transaction =
                    entry.facts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(broker.append(mine, entry.facts()).transaction());
                broker.commit(mine, transaction, entry.commands());
              } catch (SimulatedBroker.Fenced fenced) {
                monitor.say("has acted on what is not recorded");
              }
            });
  }

  /** Where the facts will stand, if nobody writes meanwhile. */
  private List<Place> places(Entry entry) {
    Map<Integer, Long> next = new HashMap<>();
    List<Place> places = new ArrayList<>();
    for (FleetEvent fact : entry.facts()) {
      int partition = broker.partition(fact.zone());
      long at = next.getOrDefault(partition, broker.journal().get(partition).end());
      places.add(new Place(partition, at));
      next.put(partition, at + 1);
    }
    return places;
  }

  private List<FleetEvent> written(List<FleetEvent> facts) {
    List<FleetEvent> written = new ArrayList<>();
    facts.forEach(fact -> written.add(Tampering.written(cluster.flaw(), fact)));
    if (cluster.has(Flaw.REPEATED_WRITES) && cluster.dice().chance(0.05)) {
      written.addAll(facts);
    }
    return written;
  }

  private <T> T call(Supplier<T> work) {
    Answer<T> answer;
    try {
      answer =
          monitor
              .threads()
              .answer(told ->
                  Call.make(
                      monitor,
                      work,
                      new Call.Caller<T>() {
                        @Override
                        public void answered(T what) {
                          told.accept(new Answer.Is<>(what));
                        }

                        @Override
                        public void lost(boolean fenced) {
                          told.accept(new Answer.Lost<>(fenced));
                        }
                      }));
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
    return switch (answer) {
      case Answer.Is<T>(T what) -> what;
      case Answer.Lost<T>(boolean fenced) -> throw lost(fenced);
    };
  }

  private LeadershipLostException lost(boolean fenced) {
    monitor.say(fenced ? "is fenced" : "has lost the broker");
    if (fenced) {
      cluster.saw(Sight.FENCED);
    }
    return new LeadershipLostException(fenced ? "fenced" : "the broker does not answer", fenced);
  }

  /** What comes of a request to the broker. */
  private sealed interface Answer<T> {
    record Is<T>(T what) implements Answer<T> {}

    record Lost<T>(boolean fenced) implements Answer<T> {}
  }

  @Override
  public Map<Integer, Long> journalPositions() {
    return consumer.positions();
  }

  @Override
  public boolean commandsRead() {
    return consumer.commandsRead();
  }

  @Override
  public void wakeUp() {
    woken = true;
    sleeper.ifPresent(wake -> monitor.process().after(cluster.dice().between(0, POLL_MIN), wake));
    sleeper = Optional.empty();
  }

  @Override
  public void close() {
    // Nothing is held; what is under way at the broker ends there.
  }
}
