package io.sluice.balancer.proxy;

import io.sluice.balancer.spill.SpillRule;

/**
 * How a gateway's loops spread requests over zones.
 *
 * @param rule which zone takes one
 * @param tallies what is under way, and what was counted
 */
record Spill(SpillRule rule, ZoneTallies tallies) {
  Spill(SpillRule rule) {
    this(rule, new ZoneTallies());
  }
}
