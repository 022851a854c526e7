package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Metric;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a fleet measured of a server from outside.
 *
 * @param server which one
 * @param at when, by the fleet's clock
 * @param values the measured numbers, all finite
 */
public record Sample(ServerId server, Instant at, SortedMap<Metric, Double> values) {
  /** Copies the values. */
  public Sample {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }
}
