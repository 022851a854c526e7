package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why an evaluation came out as it did, in one sentence. */
final class Reasons {
  private Reasons() {}

  static Wish wish(ManualScaleRequested request) {
    String end = request.until().map(until -> " until " + until).orElse("");
    return new Wish(
        "manual",
        Math.max(0, request.servers()),
        Sentence.of("%s asked for %s%s", request.actor(), Figures.servers(request.servers()), end));
  }

  static Wish retirement() {
    return new Wish("retirement", 0, "the zone is being retired");
  }

  static Reason of(
      Context context, List<Wish> wishes, List<Limit> limits, int target, Repair repair) {
    ReasonCode code = code(context, limits, target, repair);
    List<String> sentences = new ArrayList<>();
    if (!context.state().governed()) {
      sentences.add("nothing is decided before the zone is declared and has a policy");
    } else {
      switch (code) {
        case RETIREMENT -> sentences.add(retirement().sentence());
        case MANUAL, POLICY, DEMAND -> {
          sentences.add(decisive(wishes));
          limits.forEach(limit -> sentences.add(limit.sentence()));
        }
        case BOUNDS -> limits.forEach(limit -> sentences.add(limit.sentence()));
        case SELF_HEALING -> {}
        case ROLL_OVER -> {}
      }
      sentences.addAll(RolloverReasons.sentences(context, target, repair));
      sentences.addAll(healing(context, target, repair));
    }
    if (sentences.isEmpty()) {
      sentences.add("stays at " + target);
    }
    return new Reason(code, String.join("; ", sentences));
  }

  private static ReasonCode code(Context context, List<Limit> limits, int target, Repair repair) {
    boolean healing = !repair.start().isEmpty() || !repair.stop().isEmpty();
    boolean changed = target != context.desired();
    if (context.state().zone().life().retiring()) {
      return ReasonCode.RETIREMENT;
    }
    if (!changed && RolloverReasons.decide(context, target, repair)) {
      return ReasonCode.ROLL_OVER;
    }
    if (context.fact() instanceof ManualScaleRequested) {
      return ReasonCode.MANUAL;
    }
    if (context.fact() instanceof LoadObserved) {
      return changed || !healing ? ReasonCode.POLICY : ReasonCode.SELF_HEALING;
    }
    if (Demand.of(context).isPresent() && (changed || !healing)) {
      return ReasonCode.DEMAND;
    }
    return changed || !limits.isEmpty() ? ReasonCode.BOUNDS : ReasonCode.SELF_HEALING;
  }

  /** The sentence of the first of the largest wishes. */
  private static String decisive(List<Wish> wishes) {
    Wish largest = new Wish("", -1, "no rule of the policy wishes for anything");
    for (Wish wish : wishes) {
      largest = !wish.forecastOnly() && wish.servers() > largest.servers() ? wish : largest;
    }
    return largest.sentence();
  }

  private static List<String> healing(Context context, int target, Repair repair) {
    List<String> sentences = new ArrayList<>();
    ZoneState state = context.state();
    remains(state, repair).forEach(sentences::add);
    int lacking = context.desired() - context.census().live();
    if (lacking > 0 && target >= context.desired() && !repair.start().isEmpty()) {
      sentences.add(
          Sentence.of(
              "%s fewer than the %d wanted: starts %s",
              Figures.servers(lacking), context.desired(), listed(repair.start())));
    }
    repair
        .backoff()
        .map(backoff ->
            Sentence.of(
                "%s fewer than the %d wanted: %d in a row failed early, no start before %s",
                Figures.servers(backoff.servers()),
                target,
                backoff.failures(),
                backoff.notBefore()))
        .ifPresent(sentences::add);
    if (lacking < 0 && target == context.desired()) {
      sentences.add(
          Sentence.of("%s more than the %d wanted", Figures.servers(-lacking), context.desired()));
    }
    return sentences;
  }

  private static List<String> remains(ZoneState state, Repair repair) {
    List<String> sentences = new ArrayList<>();
    for (ServerId stopped : repair.stop()) {
      Server server = state.zone().servers().get(stopped);
      if (server != null && server.state() == ServerState.DEAD) {
        sentences.add(
            Sentence.of(
                "%s is dead (%s)", server.id(), server.trouble().orElse("no reason known")));
      }
    }
    return sentences;
  }

  private static String listed(List<ServerId> servers) {
    return servers.stream().map(ServerId::toString).collect(Collectors.joining(", "));
  }
}
