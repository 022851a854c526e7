package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What became of a {@link Change}. */
public sealed interface ChangeResult {
  /**
   * It is a fact of the journal.
   *
   * @param fact the fact
   * @param index which of the outcome's facts it is, from 0
   * @param policy the policy that holds with it
   */
  record Recorded(FleetEvent fact, int index, ZonePolicy policy) implements ChangeResult {}

  /**
   * It is so already: nothing was recorded.
   *
   * @param revision the revision that holds
   */
  record Unchanged(int revision) implements ChangeResult {}

  /**
   * Another revision holds than the one that was to be replaced.
   *
   * @param revision the one that holds
   */
  record Outdated(int revision) implements ChangeResult {}

  /**
   * The zone is at a stage of its life at which this can't be, or is so already.
   *
   * @param stage the stage
   */
  record AtStage(ZoneLife.Stage stage) implements ChangeResult {}

  /**
   * The zones that are declared by request can't be run by the monitor that leads.
   *
   * @param what why, for people
   */
  record NotRunnable(String what) implements ChangeResult {}

  /**
   * There is no such zone.
   *
   * @param zones those that there are
   */
  record NoSuchZone(SortedSet<ZoneId> zones) implements ChangeResult {
    /** Copies the set. */
    public NoSuchZone {
      zones = Collections.unmodifiableSortedSet(new TreeSet<>(zones));
    }
  }

  /**
   * It would have ended before it began.
   *
   * @param now the time by the leader's clock
   */
  record Past(Instant now) implements ChangeResult {}

  /**
   * Working it out failed, and nothing was recorded.
   *
   * @param what what happened, for people
   */
  record Failed(String what) implements ChangeResult {}
}
