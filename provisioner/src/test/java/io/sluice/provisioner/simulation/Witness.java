package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.plan.SettledStarts;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sees everything, and says at once when an invariant does not hold. */
final class Witness {
  private final Scheduler scheduler;
  private final Sights sights;
  private final Truth truth;
  private final History history = new History();
  private final JournalFold fold;
  private final List<ScaleCommand> commands = new ArrayList<>();
  private final Map<ServerId, Long> launched = new HashMap<>();
  private final Map<ServerId, Long> settled = new HashMap<>();
  private final Map<ServerId, FleetEvent> outcomes = new HashMap<>();
  private final Map<Author, Long> deposed = new HashMap<>();
  private Optional<Author> current = Optional.empty();
  private Optional<Author> writer = Optional.empty();
  private Epoch epoch = Epoch.NONE;
  private long lastChange;

  Witness(Scheduler scheduler, Sights sights, Truth truth) {
    this.sights = sights;
    this.truth = truth;
    this.fold = new JournalFold(history, sights, truth, scheduler::now);
    this.scheduler = scheduler;
  }

  void watch(SimulatedBroker broker) {
    fold.watch(broker);
  }

  /**
   * An attempt at the office begins.
   *
   * @param file the zones of its monitor's file
   */
  void begins(Author author, List<ZoneId> file) {
    truth.begins(author, file);
  }

  /** A snapshot of all that there is, which does not know any more what came of which start. */
  Snapshot forgetful() {
    return new Snapshot(
        SimulatedRedis.JOURNAL,
        epoch,
        new TreeMap<>(fold.positions()),
        "",
        fold.fleet(),
        SettledStarts.NONE,
        fold.marks());
  }

  private static void fail(Invariant invariant, String message) {
    throw new Invariant.Broken(invariant, message);
  }

  /** The fleet by the journal. */
  Fleet fleet() {
    return fold.fleet();
  }

  List<ScaleCommand> commands() {
    return List.copyOf(commands);
  }

  /** When something was last elected, launched or stopped. */
  long lastChange() {
    return lastChange;
  }

  Epoch epoch() {
    return epoch;
  }

  /** What the journal says of a server that a command asked for; empty if nothing. */
  Optional<FleetEvent> outcome(ServerId server) {
    return Optional.ofNullable(outcomes.get(server));
  }

  /** A producer took the transactional id. */
  void opened(Author author) {
    current.ifPresent(before -> deposed.put(before, scheduler.now()));
    current = Optional.of(author);
  }

  /** A leader's transaction is about to be committed. */
  void committing(Transaction transaction, Map<Integer, Long> commands, Map<Integer, Long> before) {
    Optional<Epoch> elected =
        transaction.facts().stream()
            .filter(LeaderElected.class::isInstance)
            .map(fact -> ((LeaderElected) fact).epoch())
            .findFirst();
    Author author = transaction.author();
    if (elected.isPresent()) {
      if (elected.get().compareTo(epoch) <= 0) {
        fail(
            Invariant.ONE_WRITER_PER_EPOCH,
            "%s begins epoch %s after epoch %s".formatted(author, elected.get(), epoch));
      }
      epoch = elected.get();
      writer = Optional.of(author);
      lastChange = scheduler.now();
    } else if (!writer.equals(Optional.of(author))) {
      fail(
          Invariant.ONE_WRITER_PER_EPOCH,
          "%s writes %s in epoch %s of %s".formatted(author, transaction.facts(), epoch, writer));
    }
    commands.forEach((partition, after) -> goesOn(before.getOrDefault(partition, 0L), after));
  }

  private static void goesOn(long before, long after) {
    if (after < before) {
      fail(
          Invariant.EXACTLY_ONCE,
          "the commands are read from %d on after they were read from %d on"
              .formatted(after, before));
    }
  }

  /** A transaction was committed. */
  void committed(Transaction transaction) {
    for (FleetEvent fact : transaction.facts()) {
      if (fact instanceof ServerStarted started) {
        FleetEvent earlier = outcomes.putIfAbsent(started.server(), fact);
        if (earlier != null) {
          fail(Invariant.EXACTLY_ONCE, "%s follows %s".formatted(fact, earlier));
        }
        settled.put(started.server(), scheduler.now());
      } else if (fact instanceof CommandFailed failed) {
        sights.saw(Sight.COMMAND_FAILED);
        outcomes.putIfAbsent(failed.server(), fact);
        settled.putIfAbsent(failed.server(), scheduler.now());
      }
    }
    fold.goOn();
  }

  void commanded(ScaleCommand command) {
    commands.add(command);
  }

  /** What is wrong with it that a leader asks the fleet for something; empty: nothing. */
  Optional<String> acting(Request request) {
    Long over = deposed.get(request.author());
    return over != null && request.decidedAt() > over
        ? Optional.of(
            "%s was deposed at %d ms and acts on what it decided at %d ms"
                .formatted(request.author(), over, request.decidedAt()))
        : Optional.empty();
  }

  /** The fleet launched a server anew. */
  void launched(Request request, ServerSpec spec, boolean runsAlready) {
    ServerId server = spec.server();
    if (runsAlready) {
      fail(Invariant.LAUNCHED_ONCE, "%s is launched while it runs".formatted(server));
    }
    Long known = settled.get(server);
    boolean again = launched.merge(server, 1L, Long::sum) > 1;
    long over = deposed.getOrDefault(request.author(), Long.MIN_VALUE);
    if (again && known != null) {
      sights.saw(Sight.LAUNCHED_LATE);
    }
    // Decided before it was recorded, or before its leader was deposed: it was on its way.
    boolean late = known != null && request.decidedAt() <= Math.max(known, over);
    boolean unrecorded = known == null && !history.stopped(server);
    if (again && !late && !unrecorded) {
      fail(
          Invariant.LAUNCHED_ONCE,
          "%s is launched again for %s, by what was decided at %d ms; recorded at %d ms"
              .formatted(server, request.author(), request.decidedAt(), known));
    }
    history.launch(spec);
    lastChange = scheduler.now();
  }

  /** What happened to the servers. */
  History history() {
    return history;
  }

  /** A server was stopped because a leader wanted it to. */
  void stopped(ServerId server) {
    history.stop(server);
    lastChange = scheduler.now();
  }

  /** A snapshot takes another's place. */
  static void snapshot(Snapshot before, Snapshot after) {
    boolean back =
        after.epoch().compareTo(before.epoch()) < 0
            || before.offsets().entrySet().stream()
                .anyMatch(at -> after.offsets().getOrDefault(at.getKey(), 0L) < at.getValue());
    if (back) {
      fail(
          Invariant.SNAPSHOTS_GO_ON,
          "epoch %s at %s is replaced by epoch %s at %s"
              .formatted(before.epoch(), before.offsets(), after.epoch(), after.offsets()));
    }
  }

  /** Whether what a leader has recovered is what the journal says. */
  boolean recovered(Fleet found, Map<Integer, Long> positions) {
    return found.equals(fold.until(positions));
  }
}
