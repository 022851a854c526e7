package io.sluice.compose.view;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
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
import io.sluice.schemas.id.ServerId;
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
public final class Story {
  private Story() {}

  /** What happened, as one sentence without a full stop. */
  public static String tell(FleetEvent event) {
    return switch (event) {
      case ZoneDeclared declared -> "zone declared by " + declared.actor();
      case PolicyChanged changed ->
          "policy revision %d set by %s: %s"
              .formatted(changed.revision(), changed.actor(), describe(changed.policy()));
      case TemplateChanged changed ->
          "template revision %d set by %s: image %s"
              .formatted(changed.revision(), changed.actor(), changed.template().image());
      case LoadObserved observed -> load(observed);
      case ServerStarted started ->
          "server %s started by command %s at %s (%s)"
              .formatted(started.server(), started.command(), started.address(), started.handle());
      case ServerReady ready -> "server %s is ready".formatted(ready.server());
      case ServerReported reported ->
          "server %s given up by the balancer: %s"
              .formatted(reported.server(), reported.lastError());
      case ServerExited exited ->
          "server %s died: %s%s"
              .formatted(
                  exited.server(), exited.reason(), exited.outOfMemory() ? " (out of memory)" : "");
      case ServerDraining draining ->
          "server %s gets no new requests, by command %s"
              .formatted(draining.server(), draining.command());
      case ServerDrained drained ->
          "server %s has finished its last request".formatted(drained.server());
      case ServerStopped stopped ->
          "server %s is gone: %s".formatted(stopped.server(), stopped.reason());
      case CommandFailed failed ->
          "command %s failed for server %s: %s"
              .formatted(failed.command(), failed.server(), failed.reason());
      case ManualScaleRequested request ->
          "%s asked for %s%s"
              .formatted(request.actor(), servers(request.servers()), until(request.until()));
      case ScalingPaused paused ->
          "scaling %s paused by %s%s"
              .formatted(direction(paused.direction()), paused.actor(), until(paused.until()));
      case ScalingResumed resumed ->
          "scaling %s resumed by %s".formatted(direction(resumed.direction()), resumed.actor());
      case BalancerStarted started ->
          "balancer answers at %s (admin %s)".formatted(started.address(), started.admin());
      case BalancerLost lost -> "balancer does not answer: " + lost.reason();
      case LeaderElected won ->
          "monitor %s leads in epoch %s at %s".formatted(won.monitor(), won.epoch(), won.url());
    };
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
    return "%d to %s by %s over %s"
        .formatted(
            policy.min(),
            servers(policy.max()),
            policy.rules().stream().map(Story::describe).collect(Collectors.joining(", ")),
            Durations.format(policy.window()));
  }

  private static String describe(ScalingRule rule) {
    return switch (rule) {
      case ScalingRule.Threshold threshold ->
          "%s above %s or below %s"
              .formatted(threshold.metric(), number(threshold.above()), number(threshold.below()));
    };
  }

  /** The means of a zone, such as {@code cpu 72.5, memory 40}. */
  public static String load(Map<Metric, Double> load) {
    return load.isEmpty()
        ? "nothing"
        : load.entrySet().stream()
            .map(entry -> entry.getKey() + " " + number(entry.getValue()))
            .collect(Collectors.joining(", "));
  }

  private static String load(LoadObserved observed) {
    String missing = observed.missing().isEmpty() ? "" : named(", missing ", observed.missing());
    return "load over %s of %s: %s%s"
        .formatted(
            Durations.format(observed.window()),
            servers(observed.reporting()),
            load(observed.load()),
            missing);
  }

  private static String named(String verb, List<ServerId> servers) {
    return servers.isEmpty()
        ? ""
        : servers.stream().map(ServerId::toString).collect(Collectors.joining(", ", verb, ""));
  }

  private static String servers(int count) {
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
