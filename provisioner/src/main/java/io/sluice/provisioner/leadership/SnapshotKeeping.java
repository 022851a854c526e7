package io.sluice.provisioner.leadership;

import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes a snapshot at an interval, soon after the servers changed, and at the end of the term. Runs
 * beside the leader's loop: a slow store does not hold it up.
 */
public final class SnapshotKeeping implements LeaderTask {
  /** How often it is looked whether the servers changed. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How long the last snapshot of a term may take. */
  private static final Duration LAST = Duration.ofSeconds(2);

  /** A store that hangs is given up much sooner. */
  private static final Duration TURN_MAX = Duration.ofMinutes(1);

  private final Snapshots snapshots;
  private final Duration interval;
  private final Loops loops;

  /**
   * Keeps snapshots.
   *
   * @param interval how often one is taken when the servers did not change
   */
  public SnapshotKeeping(Snapshots snapshots, Duration interval, Loops loops) {
    this.snapshots = snapshots;
    this.interval = interval;
    this.loops = loops;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    Threads.Latch end = loops.threads().latch();
    Threads.Latch ended = loops.threads().latch();
    Supervised loop =
        loops.restarting(
            "snapshots",
            TURN_MAX,
            turns -> {
              keep(term, end, turns);
              ended.open();
            });
    return () -> {
      end.open();
      // The last snapshot is the most valuable one, but a store that hangs must not hold up the
      // next leader.
      await(ended, LAST);
      loop.close();
    };
  }

  private void keep(LeaderContext term, Threads.Latch end, Loops.Turns turns) {
    MonotonicClock clock = loops.threads().clock();
    Ticks takenAt = clock.now().plus(interval.negated());
    Map<ServerId, Server> shown = Map.of();
    boolean ended = false;
    while (!ended) {
      turns.turned();
      ended = await(end, LOOK);
      Map<ServerId, Server> servers = servers(term.state().fleet());
      boolean due = clock.now().since(takenAt).compareTo(interval) >= 0;
      if (ended || due || !servers.equals(shown)) {
        take(term);
        takenAt = clock.now();
        shown = servers;
      }
    }
  }

  private static boolean await(Threads.Latch end, Duration wait) {
    try {
      return end.await(wait);
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
              Snapshot.of(state.journal(), term.epoch(), state.offsets(), state.known()));
    }
  }

  private static Map<ServerId, Server> servers(Fleet fleet) {
    Map<ServerId, Server> servers = new TreeMap<>();
    fleet.zones().values().forEach(zone -> servers.putAll(zone.servers()));
    return servers;
  }
}
