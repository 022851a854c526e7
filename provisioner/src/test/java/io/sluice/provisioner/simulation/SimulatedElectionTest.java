package io.sluice.provisioner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.election.Message;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The product's elector on simulated threads, in fair weather. */
class SimulatedElectionTest {
  /** Longer than a monitor looks, and elects; milliseconds. */
  private static final long SOON = 8_000;

  /** Longer than taking office may stand still, and another election; milliseconds. */
  private static final long GIVEN_UP = 80_000;

  private final Scheduler scheduler = new Scheduler();
  private final Surroundings around = surroundings(scheduler);

  private static Surroundings surroundings(Scheduler scheduler) {
    Weather fair = new Weather();
    fair.clear();
    return new Surroundings(
        new Cluster(
            scheduler,
            new Dice(1),
            Flaw.NONE,
            fair,
            new Trace(scheduler, 0),
            new Sights(),
            List.of(new ZoneId("zone1"))),
        1);
  }

  @BeforeEach
  void listen() {
    ProductLog.listen(line -> {});
  }

  @AfterEach
  void listenNoMore() {
    ProductLog.listenNoMore();
  }

  private void monitors(int count) {
    List<MonitorId> ids = IntStream.rangeClosed(1, count).mapToObj(MonitorId::new).toList();
    for (MonitorId id : ids) {
      SortedSet<MonitorId> peers = new TreeSet<>(ids);
      peers.remove(id);
      around.add(new SimulatedMonitor(around, id, peers, true));
    }
  }

  private SimulatedMonitor monitor(int id) {
    return around.monitor(new MonitorId(id));
  }

  private void flood(SimulatedMonitor monitor) {
    // Of a term that there never was: it changes nothing, and has to be looked at.
    boolean _ = monitor.hears(new MonitorId(1), new Message.Ceded(new Epoch(99)));
    scheduler.after(1, () -> flood(monitor));
  }

  @Test
  void deadlinesHoldInAFloodOfMessages() {
    monitors(3);
    monitor(3).boot();
    scheduler.after(1, () -> flood(monitor(3)));

    scheduler.runUntil(SOON);

    assertThat(monitor(3).leads()).isTrue();
  }

  @Test
  void whoeverStandsStillWhileItTakesOfficeLeavesItToAnother() {
    monitors(3);
    monitor(3).hangsWhenItTakesOffice();
    around.monitors().forEach(SimulatedMonitor::boot);

    scheduler.runUntil(SOON);
    assertThat(around.monitors()).noneMatch(SimulatedMonitor::leads);
    scheduler.runUntil(GIVEN_UP);

    assertThat(monitor(2).leads()).isTrue();
    assertThat(monitor(1).leader()).contains(new MonitorId(2));
  }

  @Test
  void whatCannotBeginBesideATermIsBegunAgainWhileTheTermGoesOn() {
    monitors(1);
    monitor(1).failsBesideTerms(4);
    monitor(1).boot();

    scheduler.runUntil(2 * SOON);

    assertThat(monitor(1).failuresLeft()).isZero();
    assertThat(monitor(1).leads()).isTrue();
    assertThat(monitor(1).state().term()).contains(new Epoch(1));
  }

  @Test
  void oneThatIsAloneAndSettledIsNotDeposedByAnotherProcessWithItsId() {
    monitors(1);
    monitor(1).boot();
    scheduler.runUntil(2 * SOON);
    assertThat(monitor(1).leads()).isTrue();

    SimulatedMonitor copy = around.another(monitor(1));
    copy.boot();
    scheduler.runUntil(4 * SOON);

    assertThat(copy.refusal()).isPresent();
    assertThat(copy.process().up()).isFalse();
    assertThat(monitor(1).state().term()).contains(new Epoch(1));
  }
}
