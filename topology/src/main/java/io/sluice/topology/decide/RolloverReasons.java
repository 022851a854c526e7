package io.sluice.topology.decide;

import io.sluice.schemas.config.Durations;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a change of the template has to do with how an evaluation came out. */
final class RolloverReasons {
  private RolloverReasons() {}

  /** Whether the template alone is why something is started, stopped, or was weighed at all. */
  static boolean decide(Context context, int target, Repair repair) {
    if (repair.start().isEmpty() && repair.stop().isEmpty()) {
      return context.fact() instanceof TemplateChanged;
    }
    boolean more = !repair.start().isEmpty() && context.census().live() >= target;
    boolean less = repair.victims() > 0 && stopped(context.state(), repair).findAny().isPresent();
    return context.state().zone().rollout().isPresent() && (more || less);
  }

  /** In the order in which they are told. */
  static List<String> sentences(Context context, int target, Repair repair) {
    List<String> sentences = new ArrayList<>();
    if (context.fact() instanceof TemplateChanged changed) {
      sentences.add(
          Sentence.of(
              "%s sets revision %d of the template%s",
              changed.actor(),
              changed.revision(),
              changed.reason().map(reason -> ", since " + reason).orElse("")));
    }
    if (context.fact() instanceof CanaryJudged judged) {
      sentences.add(judged(judged));
    }
    context
        .state()
        .zone()
        .rollout()
        .ifPresent(rollout -> {
          String to = Sentence.of("rolls over to revision %d of the template: ", revision(context));
          Optional<ServerId> heir = Rollover.heir(target, context);
          if (rollout.failed()) {
            sentences.add(failed(context, rollout));
          } else if (decide(context, target, repair) && !repair.start().isEmpty()) {
            sentences.add(to + "starts " + listed(repair.start().stream()));
          } else if (decide(context, target, repair) && !repair.stop().isEmpty()) {
            sentences.add(to + "stops " + listed(stopped(context.state(), repair)));
          } else if (heir.isPresent()) {
            sentences.add(to + waits(context, heir.get()));
          }
        });
    return sentences;
  }

  private static String waits(Context context, ServerId heir) {
    return Rollover.watched(context).filter(canary -> canary.id().equals(heir)).isPresent()
        ? Sentence.of("watches %s beside the others", heir)
        : Sentence.of("waits until %s is ready", heir);
  }

  private static String judged(CanaryJudged judged) {
    return Sentence.of(
        "the first server of revision %d of the template is %s after %s (its: %s; the others': %s)",
        judged.revision(),
        switch (judged.verdict()) {
          case AS_GOOD -> "as good as the others";
          case WORSE -> "worse than the others";
          case UNPROVEN -> "unproven, for want of requests,";
        },
        Durations.format(judged.evidence().watched()),
        judged.evidence().after(),
        judged.evidence().before());
  }

  private static String failed(Context context, Rollout rollout) {
    if (rollout.isWorse()) {
      return Sentence.of(
          "revision %d of the template is worse than revision %d, which is to come back: %s",
          revision(context), rollout.beforeRevision(), rollout.trouble().orElse("no reason known"));
    }
    return Sentence.of(
        "%d servers of revision %d of the template failed in a row (%s): revision %d is to come back",
        rollout.failures(),
        revision(context),
        rollout.trouble().orElse("no reason known"),
        rollout.beforeRevision());
  }

  private static int revision(Context context) {
    return context.state().zone().templateRevision();
  }

  /** Live servers of an earlier template that are stopped. */
  private static Stream<ServerId> stopped(ZoneState state, Repair repair) {
    return repair.stop().stream()
        .filter(id -> {
          Server server = state.zone().servers().get(id);
          return server != null && server.live() && state.zone().outdated(server);
        });
  }

  private static String listed(Stream<ServerId> servers) {
    return servers.map(ServerId::toString).collect(Collectors.joining(", "));
  }
}
