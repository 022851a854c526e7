package io.sluice.topology.decide;

import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How many servers a zone may have at a moment: the policy's limits, or those of its active
 * schedules. Of several active schedules the largest minimum and the largest maximum hold, so that
 * no schedule takes away what another one allows. A schedule whose maximum is the policy's says
 * nothing of it: it lifts no other's.
 *
 * <p>What earlier releases recorded may be more than {@link ZonePolicy#SERVERS_LIMIT}; that holds
 * then.
 *
 * @param min fewest servers
 * @param max most servers, {@code min} or more
 * @param minBy the schedule that sets the minimum; empty: the policy
 * @param maxBy the schedule that sets the maximum; empty: the policy
 */
record Bounds(int min, int max, Optional<Schedule> minBy, Optional<Schedule> maxBy) {
  static Bounds of(ZonePolicy policy, Instant time) {
    Optional<Schedule> minBy = Optional.empty();
    Optional<Schedule> maxBy = Optional.empty();
    List<ScalingRule> rules = policy.rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof Schedule schedule && schedule.active(time)) {
        minBy =
            minBy.isEmpty() || schedule.min() > minBy.get().min() ? Optional.of(schedule) : minBy;
        boolean caps = schedule.max() < policy.max();
        maxBy =
            caps && (maxBy.isEmpty() || schedule.max() > maxBy.get().max())
                ? Optional.of(schedule)
                : maxBy;
      }
    }
    // A schedule can narrow the policy's limits and never leaves them.
    int min = Math.max(policy.min(), minBy.map(Schedule::min).orElse(policy.min()));
    int max = Math.min(policy.max(), maxBy.map(Schedule::max).orElse(policy.max()));
    int least = Math.min(min, policy.max());
    return new Bounds(
        Math.min(least, ZonePolicy.SERVERS_LIMIT),
        Math.min(Math.max(max, min), ZonePolicy.SERVERS_LIMIT),
        minBy,
        maxBy);
  }

  int clamp(int servers) {
    return Math.clamp(servers, min, max);
  }

  /** Whose minimum it is, for people. */
  String minOwner() {
    return owner(minBy);
  }

  /** Whose maximum it is, for people. */
  String maxOwner() {
    return max == ZonePolicy.SERVERS_LIMIT ? "Sluice's" : owner(maxBy);
  }

  private static String owner(Optional<Schedule> schedule) {
    return schedule.map(by -> RuleSentences.name(by) + "'s").orElse("the policy's");
  }
}
