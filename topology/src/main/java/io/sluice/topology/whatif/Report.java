package io.sluice.topology.whatif;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Policies side by side.
 *
 * @param source where the load comes from, for people
 * @param from when the first second begins
 * @param to when the last second ends
 * @param serverCapacity how much of the demand one server can do
 * @param startUp how long a modelled server takes to become ready
 * @param drain how long it takes to go
 * @param target the load above which time counts as over the target, in percent
 * @param policies one outcome a policy; of a history, what was recorded comes first
 */
public record Report(
    String source,
    Instant from,
    Instant to,
    double serverCapacity,
    Duration startUp,
    Duration drain,
    double target,
    List<Outcome> policies) {
  /** Copies the list. */
  public Report {
    policies = List.copyOf(policies);
  }
}
