package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What follows from messages of other monitors, and from messages that did not arrive. */
final class MessageTransitions {
  /** How long a leader that will not hand over now is not asked again. */
  private static final Duration KEPT_REST = Duration.ofSeconds(10);

  private MessageTransitions() {}

  static void received(Transition round, MonitorId from, Message message) {
    switch (message) {
      case Message.Election() -> election(round, from);
      case Message.Answer() -> {
        if (round.state().phase() instanceof Phase.Electing) {
          round.enter(new Phase.Awaiting(round.now()));
        }
      }
      case Message.Coordinator(var epoch) -> coordinator(round, from, epoch);
      case Message.Claim() -> claim(round, from);
      case Message.Ceded(var epoch) -> ceded(round, from, epoch);
      case Message.Kept() -> kept(round, from);
    }
  }

  /** A lower monitor would lead. */
  private static void election(Transition round, MonitorId from) {
    if (!round.electorate().outranks(from)) {
      return;
    }
    switch (round.state().phase()) {
      case Phase.Leading(var _, var epoch, var _) ->
          round.send(from, new Message.Coordinator(epoch));
      case Phase.Following following -> {
        if (round.state().fit()) {
          round.send(from, new Message.Answer());
          round.doubt(following.leader(), "is missed by monitor " + from);
        }
      }
      case Phase.Looking ignored -> answerIfFit(round, from);
      case Phase.Doubting ignored -> answerIfFit(round, from);
      case Phase.Electing ignored -> answerIfFit(round, from);
      case Phase.Awaiting ignored -> answerIfFit(round, from);
      case Phase.Claiming ignored -> answerIfFit(round, from);
      case Phase.Taking ignored -> answerIfFit(round, from);
      case Phase.Ceding ignored -> answerIfFit(round, from);
      // It could not get into office a moment ago: it does not stand in the way of others.
      case Phase.Resting ignored -> {}
      case Phase.Ended ignored -> {}
    }
  }

  private static void answerIfFit(Transition round, MonitorId from) {
    if (round.state().fit()) {
      round.send(from, new Message.Answer());
    }
  }

  /**
   * Somebody says that it leads. That is a hint where to look, and never more: which term there is,
   * and whose, is told by Kafka alone.
   */
  private static void coordinator(Transition round, MonitorId from, Epoch epoch) {
    boolean older = !round.believes(epoch);
    switch (round.state().phase()) {
      case Phase.Leading(var _, var own, var _) -> {
        if (epoch.compareTo(own) < 0) {
          round.send(from, new Message.Coordinator(own));
        }
      }
      case Phase.Following following -> {
        if (!older && following.leader().equals(from) && !following.reached()) {
          hinted(round, from);
        }
      }
      case Phase.Looking ignored -> hintedIf(!older, round, from);
      case Phase.Doubting ignored -> hintedIf(!older, round, from);
      case Phase.Electing ignored -> hintedIf(!older, round, from);
      case Phase.Awaiting ignored -> hintedIf(!older, round, from);
      case Phase.Resting ignored -> hintedIf(!older, round, from);
      case Phase.Claiming ignored -> {}
      case Phase.Taking ignored -> {}
      case Phase.Ceding ignored -> {}
      case Phase.Ended ignored -> {}
    }
  }

  private static void hintedIf(boolean believable, Transition round, MonitorId from) {
    if (believable) {
      hinted(round, from);
    }
  }

  private static void hinted(Transition round, MonitorId from) {
    round.meet(from, round.state().known());
  }

  private static void claim(Transition round, MonitorId from) {
    if (round.state().phase() instanceof Phase.Leading(var attempt, var epoch, var _)) {
      Optional<Cession> before = Optional.ofNullable(round.state().cessions().get(from));
      boolean refused =
          before
              .filter(cession -> round.now().isBefore(cession.until(round.timings().restMax())))
              .isPresent();
      if (round.electorate().outranks(from)) {
        round.send(from, new Message.Coordinator(epoch));
      } else if (refused) {
        round.tell(
            "monitor %s would take over, but lost office each time at once: not for now"
                .formatted(from),
            true);
        round.send(from, new Message.Kept());
      } else {
        round.tell("monitor %s takes over".formatted(from), false);
        round.cession(
            from,
            before
                .map(cession -> cession.again(round.now()))
                .orElseGet(() -> new Cession(round.now(), 0)));
        // What it failed at before it led is over.
        round.tries(round.state().tries().gotIn());
        round.send(new Output.Resign(attempt));
        round.enter(new Phase.Ceding(attempt, epoch, from));
      }
    }
  }

  private static void kept(Transition round, MonitorId from) {
    if (round.state().phase() instanceof Phase.Claiming claiming
        && claiming.leader().equals(from)) {
      round.tell("monitor %s does not hand over for now".formatted(from), true);
      round.tries(round.state().tries().refused(round.now().plus(KEPT_REST)));
      round.follow(from, true);
    }
  }

  /** A leader left in order: to the one it names, or because its monitor ends. */
  private static void ceded(Transition round, MonitorId from, Epoch epoch) {
    // Of another term than the one that Kafka told of: late, or made up.
    if (!epoch.equals(round.state().known())) {
      return;
    }
    switch (round.state().phase()) {
      case Phase.Claiming claiming -> {
        if (claiming.leader().equals(from)) {
          round.take();
        }
      }
      case Phase.Following following -> electIf(round, following.leader().equals(from));
      case Phase.Doubting doubting -> electIf(round, doubting.leader().equals(from));
      case Phase.Looking ignored -> {}
      case Phase.Electing ignored -> {}
      case Phase.Awaiting ignored -> {}
      case Phase.Taking ignored -> {}
      case Phase.Leading ignored -> {}
      case Phase.Ceding ignored -> {}
      case Phase.Resting ignored -> {}
      case Phase.Ended ignored -> {}
    }
  }

  private static void electIf(Transition round, boolean leaderless) {
    if (leaderless) {
      round.elect();
    }
  }

  static void undelivered(Transition round, MonitorId to, Message message) {
    switch (message) {
      case Message.Election() -> {
        if (round.state().phase() instanceof Phase.Electing electing) {
          SortedSet<MonitorId> left = new TreeSet<>(electing.unheard());
          left.remove(to);
          round.enter(new Phase.Electing(left, electing.since()));
          if (left.isEmpty()) {
            round.take();
          }
        }
      }
      case Message.Claim() -> {
        if (round.state().phase() instanceof Phase.Claiming claiming
            && claiming.leader().equals(to)) {
          round.doubt(to, "does not answer");
        }
      }
      case Message.Answer() -> {}
      case Message.Coordinator ignored -> {}
      case Message.Ceded ignored -> {}
      case Message.Kept() -> {}
    }
  }
}
