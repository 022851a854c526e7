package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.util.SortedSet;
import java.util.TreeSet;

/** What follows from messages of other monitors, and from messages that did not arrive. */
final class MessageTransitions {
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
    }
  }

  /** A lower monitor would lead. */
  private static void election(Transition round, MonitorId from) {
    if (!round.electorate().outranks(from)) {
      return;
    }
    switch (round.state().phase()) {
      case Phase.Leading(var epoch, var _) -> round.send(from, new Message.Coordinator(epoch));
      case Phase.Following following -> {
        if (round.state().fit()) {
          round.send(from, new Message.Answer());
          round.doubt(following.leader(), following.epoch(), "is missed by monitor " + from);
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

  private static void coordinator(Transition round, MonitorId from, Epoch epoch) {
    Epoch known = round.state().known();
    boolean older = epoch.compareTo(known) < 0;
    switch (round.state().phase()) {
      case Phase.Leading(var own, var _) -> {
        if (epoch.compareTo(own) > 0) {
          round.deposedIf(true, from, epoch);
          round.know(epoch);
        } else {
          round.send(from, new Message.Coordinator(own));
        }
      }
      case Phase.Taking ignored -> {
        if (epoch.compareTo(known) > 0) {
          round.send(new Output.Resign());
          round.meet(from, epoch);
        }
      }
      case Phase.Following following -> {
        if (!older && !(following.leader().equals(from) && following.reached())) {
          round.meet(from, epoch);
        }
      }
      case Phase.Claiming claiming -> {
        if (!older && !claiming.leader().equals(from)) {
          round.meet(from, epoch);
        }
      }
      case Phase.Looking ignored -> round.meetIf(!older, from, epoch);
      case Phase.Doubting ignored -> round.meetIf(!older, from, epoch);
      case Phase.Electing ignored -> round.meetIf(!older, from, epoch);
      case Phase.Awaiting ignored -> round.meetIf(!older, from, epoch);
      case Phase.Resting ignored -> round.meetIf(!older, from, epoch);
      case Phase.Ceding ignored -> {}
      case Phase.Ended ignored -> {}
    }
  }

  private static void claim(Transition round, MonitorId from) {
    if (round.state().phase() instanceof Phase.Leading(var epoch, var _)) {
      if (round.electorate().outranks(from)) {
        round.send(from, new Message.Coordinator(epoch));
      } else {
        round.tell("monitor %s takes over".formatted(from), false);
        round.send(new Output.Resign());
        round.enter(new Phase.Ceding(epoch, from));
      }
    }
  }

  /** A leader left in order: to the one it names, or because its monitor ends. */
  private static void ceded(Transition round, MonitorId from, Epoch epoch) {
    round.know(epoch);
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
          round.doubt(to, claiming.epoch(), "does not answer");
        }
      }
      case Message.Answer() -> {}
      case Message.Coordinator ignored -> {}
      case Message.Ceded ignored -> {}
    }
  }
}
