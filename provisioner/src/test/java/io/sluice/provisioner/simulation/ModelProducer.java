package io.sluice.provisioner.simulation;

import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.event.FleetEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A leader's producer: every request may take its time, and its answer may be lost. */
final class ModelProducer {
  private final ModelMonitor monitor;
  private final Broker broker;
  private final Author author;
  private Optional<Broker.Session> session = Optional.empty();

  /** Who is told that the term is over, and whether it was fenced. */
  @FunctionalInterface
  interface Loser {
    void lost(boolean fenced);
  }

  /**
   * What a leader finds.
   *
   * @param ends offset behind the last record per partition of the journal
   * @param commands from where the commands are read, per partition
   */
  record Opening(Map<Integer, Long> ends, Map<Integer, Long> commands) {
    Opening {
      ends = Map.copyOf(ends);
      commands = Map.copyOf(commands);
    }

    /** Whether reading can go on where the snapshot was taken. */
    boolean fits(Snapshot snapshot) {
      Map<Integer, Long> begins = new HashMap<>();
      ends.keySet().forEach(partition -> begins.put(partition, 0L));
      return snapshot.fits(SnapshotStore.JOURNAL, begins, ends);
    }
  }

  ModelProducer(ModelMonitor monitor, Author author) {
    this.monitor = monitor;
    this.broker = monitor.broker();
    this.author = author;
  }

  /** Fences every earlier leader, then looks at the topics. */
  void open(Consumer<Opening> opened, Loser loser) {
    call(
        () -> broker.open(author),
        fresh -> {
          session = Optional.of(fresh);
          call(this::survey, opened, loser);
        },
        loser);
  }

  private Opening survey() {
    Map<Integer, Long> ends = new HashMap<>();
    for (int partition = 0; partition < broker.journal().size(); partition++) {
      ends.put(partition, broker.journal().get(partition).end());
    }
    Map<Integer, Long> commands = new HashMap<>();
    ends.keySet()
        .forEach(
            partition -> commands.put(partition, broker.offsets().getOrDefault(partition, 0L)));
    return new Opening(ends, commands);
  }

  /** Records all of it in one transaction, or nothing. */
  void record(
      List<FleetEvent> facts,
      Map<Integer, Long> offsets,
      Consumer<List<Place>> recorded,
      Loser loser) {
    Broker.Session mine = session.orElseThrow();
    if (facts.isEmpty()) {
      commit(mine, Optional.empty(), offsets, () -> recorded.accept(List.of()), loser);
    } else {
      call(
          () -> broker.append(mine, written(facts)),
          appended ->
              commit(
                  mine,
                  Optional.of(appended.transaction()),
                  offsets,
                  () -> recorded.accept(appended.places().subList(0, facts.size())),
                  loser),
          loser);
    }
  }

  private List<FleetEvent> written(List<FleetEvent> facts) {
    boolean twice =
        monitor.cluster().has(Flaw.REPEATED_WRITES) && monitor.cluster().dice().chance(0.05);
    List<FleetEvent> written = new ArrayList<>(facts);
    if (twice) {
      written.addAll(facts);
    }
    return written;
  }

  private void commit(
      Broker.Session mine,
      Optional<Transaction> transaction,
      Map<Integer, Long> offsets,
      Runnable committed,
      Loser loser) {
    call(
        () -> {
          broker.commit(mine, transaction, offsets);
          return true;
        },
        done -> committed.run(),
        loser);
  }

  private <T> void call(Supplier<T> work, Consumer<T> answered, Loser loser) {
    Call.make(
        monitor,
        work,
        new Call.Caller<>() {
          @Override
          public void answered(T answer) {
            answered.accept(answer);
          }

          @Override
          public void lost(boolean fenced) {
            loser.lost(fenced);
          }
        });
  }
}
