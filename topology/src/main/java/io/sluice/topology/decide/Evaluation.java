package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.TimeZoneData;
import io.sluice.schemas.topic.CloudEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one journal record was weighed, also if nothing came of it. The figures are there at once;
 * the sentences are made when somebody asks, since of most evaluations nobody ever does.
 */
public final class Evaluation {
  /**
   * What a limiter made of a wish.
   *
   * @param limiter which one
   * @param before the wish that it met
   * @param after the other one that it left
   */
  record Limited(Limiter limiter, int before, int after) {}

  private final Context context;
  private final List<Limited> limited;
  private final int target;
  private final Repair repair;

  Evaluation(Context context, List<Limited> limited, int target, Repair repair) {
    this.context = context;
    this.limited = limited;
    this.target = target;
    this.repair = repair;
  }

  /** The zone's state with the fact in it, before anything was decided. */
  public ZoneState known() {
    return context.state();
  }

  /** How many servers the zone was to have before. */
  public int from() {
    return context.desired();
  }

  /** How many servers the zone is to have from here on. */
  public int to() {
    return target;
  }

  /** Servers to start. */
  public List<ServerId> start() {
    return repair.start();
  }

  /** Servers to stop, or whose remains are to be removed. */
  public List<ServerId> stop() {
    return repair.stop();
  }

  /** Whether a command came of it; if not, everything stays as it is. */
  public boolean changes() {
    return target != context.desired() || !repair.start().isEmpty() || !repair.stop().isEmpty();
  }

  /**
   * The state after it, and the command if there is one. In a dry run, a command that says the same
   * as the last one is not given again.
   */
  public Decision decision() {
    if (!changes()) {
      Optional<Proposal> left =
          known().proposal().flatMap(last -> last.without(context.fact(), known().time()));
      return new Decision(known().with(left), Optional.empty());
    }
    boolean dryRun = !known().acts();
    boolean again =
        known()
            .proposal()
            .filter(last -> last.says(target, repair.start().size(), repair.stop()))
            .isPresent();
    if (dryRun && again) {
      Optional<Proposal> same =
          known().proposal().flatMap(last -> last.again(context.fact(), known().time()));
      return new Decision(known().with(same), Optional.empty());
    }
    ScaleCommand command = command(dryRun);
    return new Decision(known().apply(command), Optional.of(command));
  }

  /** Why it came out as it did; for one that changes nothing, why not. */
  public Reason reason() {
    return Reasons.of(context, wishes(), limits(), target, repair);
  }

  /** What it went by: the load, every wish, and every limiter that changed one. */
  public Evidence evidence() {
    Optional<LoadObserved> seen = context.observation();
    return new Evidence(
        withOutside(
            seen.map(LoadObserved::load)
                .map(Evaluation::finite)
                .orElse(Collections.emptySortedMap())),
        seen.map(observed -> Math.max(0, observed.reporting())).orElse(0),
        seen.map(LoadObserved::missing).orElse(List.of()),
        seen.map(LoadObserved::warming).orElse(List.of()),
        wishes(),
        limits(),
        repair.backoff(),
        seen.flatMap(LoadObserved::counted));
  }

  /** Without what is no number, which only a forged observation has. */
  private static SortedMap<Metric, Mean> finite(SortedMap<Metric, Mean> load) {
    if (load.values().stream().allMatch(mean -> Double.isFinite(mean.value()))) {
      return load;
    }
    SortedMap<Metric, Mean> finite = new TreeMap<>(load);
    finite.values().removeIf(mean -> !Double.isFinite(mean.value()));
    return finite;
  }

  /** With what came from outside: the share of each server that is wanted. */
  private SortedMap<Metric, Mean> withOutside(SortedMap<Metric, Mean> load) {
    SortedMap<Metric, OutsideLoad> outside = known().loads().outsideAt(context.time());
    if (outside.isEmpty()) {
      return load;
    }
    SortedMap<Metric, Mean> all = new TreeMap<>(load);
    int servers = Math.max(1, context.desired());
    outside.forEach((metric, total) ->
        all.put(metric, new Mean(total.value() / servers, servers, List.of(Measurer.OUTSIDE))));
    return all;
  }

  private ScaleCommand command(boolean dryRun) {
    return new ScaleCommand(
        new CommandId(known().zone().id(), context.cause().offset()),
        known().zone().id(),
        known().time(),
        CloudEvent.type(context.fact()),
        known().zone().policyRevision(),
        from(),
        target,
        repair.start(),
        repair.stop(),
        reason(),
        evidence(),
        dryRun,
        Decide.FOLD_VERSION,
        known().zone().policy().isScheduled()
            ? Optional.of(TimeZoneData.VERSION)
            : Optional.empty());
  }

  private List<Wish> wishes() {
    if (!known().governed()) {
      return List.of();
    }
    if (known().zone().life().retiring()) {
      return List.of(Reasons.retirement());
    }
    if (context.fact() instanceof LoadObserved seen) {
      return Rules.wishes(context, seen);
    }
    Optional<Wish> demand = Demand.of(context);
    if (demand.isPresent()) {
      return List.of(demand.get());
    }
    // Other facts wish for nothing: the number stays, and only its limits can change it.
    return context.fact() instanceof ManualScaleRequested request
        ? List.of(Reasons.wish(request))
        : List.of();
  }

  private List<Limit> limits() {
    List<Limit> limits = new ArrayList<>(limited.size());
    for (Limited one : limited) {
      limits.add(
          new Limit(
              one.limiter().name(),
              one.before(),
              one.after(),
              one.limiter().sentence(context, one.before(), one.after())));
    }
    return limits;
  }
}
