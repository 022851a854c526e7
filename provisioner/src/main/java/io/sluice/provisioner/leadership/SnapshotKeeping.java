package io.sluice.provisioner.leadership;

import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes a snapshot at an interval, soon after the servers changed, and at the end of the term. Runs
 * beside the leader's loop: a slow store does not hold it up.
 */
public final class SnapshotKeeping implements LeaderTask {
  /** How often it is looked whether the servers changed. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Snapshots snapshots;
  private final Duration interval;

  /**
   * Keeps snapshots.
   *
   * @param interval how often one is taken when the servers did not change
   */
  public SnapshotKeeping(Snapshots snapshots, Duration interval) {
    this.snapshots = snapshots;
    this.interval = interval;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = Thread.ofVirtual().name("snapshots").start(() -> keep(term, end));
    return () -> {
      end.countDown();
      // The last snapshot is the most valuable one, but a store that hangs must not hold up the
      // next leader.
      join(thread);
    };
  }

  private static void join(Thread thread) {
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(LeaderContext term, CountDownLatch end) {
    long takenAt = System.nanoTime() - interval.toNanos();
    Map<ServerId, Server> shown = Map.of();
    boolean ended = false;
    while (!ended) {
      ended = await(end);
      Map<ServerId, Server> servers = servers(term.state().fleet());
      boolean due = System.nanoTime() - takenAt >= interval.toNanos();
      if (ended || due || !servers.equals(shown)) {
        take(term);
        takenAt = System.nanoTime();
        shown = servers;
      }
    }
  }

  private static boolean await(CountDownLatch end) {
    try {
      return end.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void take(LeaderContext term) {
    LeadershipState state = term.state();
    if (state.leads()) {
      var _ =
          snapshots.save(
              Snapshot.of(state.journal(), term.epoch(), state.offsets(), state.fleet()));
    }
  }

  private static Map<ServerId, Server> servers(Fleet fleet) {
    Map<ServerId, Server> servers = new TreeMap<>();
    fleet.zones().values().forEach(zone -> servers.putAll(zone.servers()));
    return servers;
  }
}
