package io.sluice.compose.view;

import io.sluice.provisioner.api.DecidedZone;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Facts and commands as sentences for people. */
public final class Descriptions {
  private Descriptions() {}

  /** What happened, as one sentence without a full stop. */
  public static String tell(FleetEvent event) {
    return switch (event) {
      case ZoneDeclared declared -> "zone declared by " + declared.actor();
      case ZoneRetiring retiring ->
          "zone is being retired, asked for by %s: its servers go when they have finished"
              .formatted(retiring.actor());
      case ZoneRetired ignored -> "zone is retired: nothing of it is left";
      case PolicyChanged changed -> policy(changed);
      case TemplateChanged changed -> template(changed);
      case LoadObserved observed -> load(observed);
      case ServerStarted started -> started(started);
      case ServerReady ready -> "server %s is ready".formatted(ready.server());
      case ServerReported reported -> reported(reported);
      case ServerExited exited -> exited(exited);
      case ServerDraining draining -> draining(draining);
      case ServerDrained drained -> drained(drained);
      case ServerStopped stopped -> stopped(stopped);
      case CommandFailed failed -> failed(failed);
      case ManualScaleRequested request -> requested(request);
      case ScalingPaused paused -> paused(paused);
      case ScalingResumed resumed -> resumed(resumed);
      case BalancerStarted started -> answers(started);
      case BalancerLost lost -> "balancer does not answer: " + lost.reason();
      case RequestsWaiting seen -> waiting(seen);
      case LoadReported told ->
          "%s is %s in all, told by %s (%s)"
              .formatted(told.metric(), number(told.value()), told.actor(), told.source());
      case CanaryJudged judged -> judged(judged);
      case ConditionRaised raised -> raised(raised.condition());
      case ConditionCleared cleared ->
          "over: %s%s"
              .formatted(
                  cleared.kind(),
                  cleared.server().map(server -> " of server " + server).orElse(""));
      case LeaderElected won -> leads(won);
    };
  }

  private static String waiting(RequestsWaiting seen) {
    return "%d %s waiting and %s"
        .formatted(
            seen.waiting(),
            seen.waiting() == 1 ? "request is" : "requests are",
            seen.servers()
                .map(full -> servers(full) + " can take no more")
                .orElse("there is no server"));
  }

  private static String raised(Condition condition) {
    return "trouble (%s): %s%s; to mend it: %s"
        .formatted(
            condition.kind(),
            condition.server().map(server -> "server " + server + ": ").orElse(""),
            condition.what(),
            condition.mend());
  }

  private static String policy(PolicyChanged changed) {
    return "policy revision %d set by %s: %s"
        .formatted(changed.revision(), changed.actor(), describe(changed.policy()));
  }

  private static String judged(CanaryJudged judged) {
    return "revision %d of the template is %s after %s: %s; the others: %s"
        .formatted(
            judged.revision(),
            judged.verdict().toString().toLowerCase(Locale.ROOT).replace('_', ' '),
            Durations.format(judged.evidence().watched()),
            judged.evidence().after(),
            judged.evidence().before());
  }

  private static String template(TemplateChanged changed) {
    return "template revision %d set by %s: image %s%s"
        .formatted(
            changed.revision(),
            changed.actor(),
            changed.template().image(),
            changed.reason().map(reason -> ", since " + reason).orElse(""));
  }

  private static String started(ServerStarted started) {
    return "server %s started by command %s at %s (%s)"
        .formatted(started.server(), started.command(), started.address(), started.handle());
  }

  private static String reported(ServerReported reported) {
    return "server %s given up by the balancer: %s"
        .formatted(reported.server(), reported.lastError());
  }

  private static String exited(ServerExited exited) {
    return "server %s died: %s%s"
        .formatted(
            exited.server(), exited.reason(), exited.outOfMemory() ? " (out of memory)" : "");
  }

  private static String draining(ServerDraining draining) {
    return "server %s gets no new requests, by command %s"
        .formatted(draining.server(), draining.command());
  }

  private static String drained(ServerDrained drained) {
    return "server %s has finished its last request".formatted(drained.server());
  }

  private static String stopped(ServerStopped stopped) {
    return "server %s is gone: %s".formatted(stopped.server(), stopped.reason());
  }

  private static String failed(CommandFailed failed) {
    return "command %s failed for server %s: %s"
        .formatted(failed.command(), failed.server(), failed.reason());
  }

  private static String requested(ManualScaleRequested request) {
    return "%s asked for %s%s"
        .formatted(request.actor(), servers(request.servers()), until(request.until()));
  }

  private static String paused(ScalingPaused paused) {
    return "scaling %s paused by %s%s"
        .formatted(direction(paused.direction()), paused.actor(), until(paused.until()));
  }

  private static String resumed(ScalingResumed resumed) {
    return "scaling %s resumed by %s".formatted(direction(resumed.direction()), resumed.actor());
  }

  private static String answers(BalancerStarted started) {
    return "balancer answers at %s (admin %s)".formatted(started.address(), started.admin());
  }

  private static String leads(LeaderElected won) {
    return "monitor %s leads in epoch %s at %s".formatted(won.monitor(), won.epoch(), won.url());
  }

  /** What was decided, and why, as one sentence without a full stop. */
  public static String tell(ScaleCommand command) {
    String what =
        command.from() == command.to()
            ? "stays at " + servers(command.to())
            : "%d to %s".formatted(command.from(), servers(command.to()));
    return "%s%s%s%s: %s"
        .formatted(
            command.dryRun() ? "(dry run) " : "",
            what,
            named(", start ", command.start()),
            named(", stop ", command.stop()),
            command.reason().sentence());
  }

  /** A policy in a few words. */
  public static String describe(ZonePolicy policy) {
    String limits = "%d to %s".formatted(policy.min(), servers(policy.max()));
    return policy.rules().isEmpty()
        ? limits + ", and no rule that changes how many"
        : "%s by %s over %s"
            .formatted(
                limits,
                policy.rules().stream()
                    .map(Descriptions::describe)
                    .collect(Collectors.joining(", ")),
                Durations.format(policy.window()));
  }

  private static String describe(ScalingRule rule) {
    return switch (rule) {
      case ScalingRule.Threshold threshold ->
          "%s above %s or below %s"
              .formatted(threshold.metric(), number(threshold.above()), number(threshold.below()));
      case ScalingRule.Target target ->
          "%s to %s".formatted(target.metric(), number(target.target()));
      case ScalingRule.Step step -> "%d steps of %s".formatted(step.bands().size(), step.metric());
      case ScalingRule.Schedule schedule ->
          "%d to %s from '%s' to '%s' %s"
              .formatted(
                  schedule.min(),
                  servers(schedule.max()),
                  schedule.start(),
                  schedule.end(),
                  schedule.timezone());
      case ScalingRule.Predictive predictive ->
          "%s of %s to %s"
              .formatted(
                  predictive.act() ? "forecast" : "forecast (recorded only)",
                  predictive.metric(),
                  number(predictive.target()));
      case ScalingRule.Idle idle -> "none when idle for " + Durations.format(idle.after());
    };
  }

  /** A pause in a few words. */
  public static String pause(DecidedZone.Paused pause) {
    return "%s%s by %s"
        .formatted(direction(pause.direction()), until(pause.until()), pause.actor());
  }

  /** A number that somebody set, in a few words. */
  public static String hold(DecidedZone.Held hold) {
    return "%s%s by %s"
        .formatted(servers(hold.servers()), until(Optional.of(hold.until())), hold.actor());
  }

  /** The means of a zone, such as {@code cpu 72.5, gpu 3 (of 1 server only)}. */
  public static String load(Map<Metric, Mean> load, int reporting) {
    return load.isEmpty()
        ? "nothing"
        : load.entrySet().stream()
            .map(entry -> entry.getKey() + " " + mean(entry.getValue(), reporting))
            .collect(Collectors.joining(", "));
  }

  private static String mean(Mean mean, int reporting) {
    if (mean.byBalancers()) {
      return number(mean.value()) + " (balancer)";
    }
    return mean.servers() == reporting
        ? number(mean.value())
        : "%s (of %s only)".formatted(number(mean.value()), servers(mean.servers()));
  }

  private static String load(LoadObserved observed) {
    return "load over %s of %s: %s%s%s"
        .formatted(
            Durations.format(observed.window()),
            servers(observed.reporting()),
            load(observed.load(), observed.reporting()),
            named(", warming ", observed.warming(), observed.warmingCount()),
            named(", missing ", observed.missing(), observed.missingCount()));
  }

  private static String named(String verb, List<ServerId> servers) {
    return named(verb, servers, servers.size());
  }

  private static String named(String verb, List<ServerId> servers, int count) {
    String more = count > servers.size() ? " and %d more".formatted(count - servers.size()) : "";
    return servers.isEmpty()
        ? ""
        : servers.stream().map(ServerId::toString).collect(Collectors.joining(", ", verb, more));
  }

  /** So many servers. */
  public static String servers(int count) {
    return count == 1 ? "1 server" : count + " servers";
  }

  private static String until(Optional<Instant> until) {
    return until.map(time -> " until " + time).orElse("");
  }

  private static String direction(io.sluice.schemas.event.Direction direction) {
    return switch (direction) {
      case OUT -> "out";
      case IN -> "in";
      case BOTH -> "in both directions";
    };
  }

  /** A number with at most one decimal, whatever the locale. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
