package io.sluice.balancer.pool;

import io.sluice.balancer.pool.PoolInput.Broke;
import io.sluice.balancer.pool.PoolInput.Changed;
import io.sluice.balancer.pool.PoolInput.Checked;
import io.sluice.balancer.pool.PoolInput.Drained;
import io.sluice.balancer.pool.PoolInput.Failing;
import io.sluice.balancer.pool.PoolInput.Gone;
import io.sluice.balancer.pool.PoolInput.MonitorKnown;
import io.sluice.balancer.pool.PoolInput.Replaced;
import io.sluice.balancer.pool.PoolInput.Silent;
import io.sluice.balancer.pool.PoolInput.Tick;
import io.sluice.balancer.pool.PoolInput.Unreachable;
import java.time.Instant;
import java.util.List;

/** The rules by which servers move between the pools; see {@link Phase} for the picture. */
public final class Pools {
  /**
   * What came of an input.
   *
   * @param state the next state
   * @param outputs what has to be done, in order
   */
  public record Step(PoolState state, List<PoolOutput> outputs) {
    /** Copies the list. */
    public Step {
      outputs = List.copyOf(outputs);
    }
  }

  private final PoolTimings timings;
  private final PoolThresholds thresholds;

  /** Pools with these timings and thresholds. */
  public Pools(PoolTimings timings, PoolThresholds thresholds) {
    this.timings = timings;
    this.thresholds = thresholds;
  }

  /**
   * Takes one input. Whatever the input, checks and reports that are due by now are started too.
   *
   * @param now must not go back from call to call
   */
  public Step step(PoolState state, PoolInput input, Instant now) {
    PoolDraft draft = new PoolDraft(state, timings, thresholds, now);
    switch (input) {
      case Replaced(var members) -> draft.replace(members);
      case Changed(var member) -> draft.change(member);
      case Gone(var server) -> draft.remove(server);
      case Checked check -> draft.checked(check);
      case Unreachable(var server, String error) -> draft.unreachable(server, error);
      case Broke(var server, String error) -> draft.broke(server, error);
      case Silent(var server) -> draft.checkNow(server);
      case Failing(var server, String error) -> draft.failing(server, error);
      case Drained(var server, long watch) -> draft.drained(server, watch);
      case MonitorKnown() -> draft.reportNow();
      case Tick() -> {}
    }
    draft.endEjections();
    draft.startDueChecks();
    draft.reportIfDue();
    return draft.finish();
  }
}
