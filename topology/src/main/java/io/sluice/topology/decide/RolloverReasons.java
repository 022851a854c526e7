package io.sluice.topology.decide;

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
            sentences.add(to + Sentence.of("waits until %s is ready", heir.get()));
          }
        });
    return sentences;
  }

  private static String failed(Context context, Rollout rollout) {
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
