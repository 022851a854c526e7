package io.sluice.balancer.report;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.topic.DeadLetter;

/** Where a balancer writes facts, and records that it could not read. Calls never block. */
public interface Journal extends AutoCloseable {
  /** Writes a fact, as soon as that is possible. */
  void record(FleetEvent fact);

  /** Puts away a record that nobody can read. */
  void putAway(DeadLetter where, byte[] key, byte[] value);

  /**
   * Writes what was counted, if that is possible now: the next second brings other figures. A
   * journal that has nowhere to write them lets them go.
   */
  default void measure(BalancerMetrics figures) {}

  @Override
  void close();
}
