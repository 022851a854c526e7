package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ZonePolicy;

/**
 * The arithmetic of the rule that brings a mean to a target: servers × mean ÷ target, rounded up.
 */
final class Targets {
  /** Means are rounded to six digits: a hair above a whole number of servers is that number. */
  static final double ROUNDING = 1e-5;

  private Targets() {}

  /**
   * The wish for this mean.
   *
   * @param mean of the servers that reported the rule's metric, of which there is one at least
   */
  static int wish(Target rule, double mean, LoadObserved seen, Context context, Weighing weighing) {
    int reporting = seen.reporting(rule.metric());
    double ratio = mean / rule.target();
    int silent = context.unseen(rule.metric());
    int cold = context.cold();
    boolean grows = ratio > 1;
    double silentRatio = weighing.includes(Weighing.MISSING) ? 1 : ratio;
    double coldRatio = ratio;
    if (weighing.includes(Weighing.COLD)) {
      coldRatio = grows ? 0 : 1;
    }
    double needed = reporting * ratio + silent * silentRatio + cold * coldRatio;
    double weighed = needed / (reporting + silent + cold);
    boolean flipped = grows != weighed > 1;
    if (flipped && weighing != Weighing.RAW) {
      return context.desired();
    }
    if (weighing.includes(Weighing.TOLERANT)
        && Math.abs(weighed - 1) <= rule.tolerance() + ROUNDING) {
      return context.desired();
    }
    return servers(needed);
  }

  /** The wish for a figure of the whole zone, which does not depend on how many servers bear it. */
  static int wish(Target rule, OutsideLoad total, Context context, Weighing weighing) {
    double ratio = total.value() / (rule.target() * Math.max(1, context.desired()));
    boolean near = Math.abs(ratio - 1) <= rule.tolerance() + ROUNDING;
    return weighing.includes(Weighing.TOLERANT) && near && context.desired() > 0
        ? context.desired()
        : servers(total.value() / rule.target());
  }

  /** The whole number of servers that is enough. */
  static int servers(double needed) {
    return (int) Math.clamp(Math.ceil(needed * (1 - ROUNDING)), 0, ZonePolicy.SERVERS_RECORDED_MAX);
  }
}
