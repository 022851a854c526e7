package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** One step while it is made: the state so far, and what is to be done. */
final class Transition {
  /** Two signs of one that takes office, and what is lost on the way. */
  private static final Duration TAKER_FRESH = Duration.ofSeconds(3);

  private final Electorate electorate;
  private final Ticks now;
  private final List<Output> outputs = new ArrayList<>();
  private ElectionState state;

  Transition(Electorate electorate, ElectionState state, Ticks now) {
    this.electorate = electorate;
    this.state = state;
    this.now = now;
  }

  Electorate electorate() {
    return electorate;
  }

  ElectionTimings timings() {
    return electorate.timings();
  }

  Ticks now() {
    return now;
  }

  ElectionState state() {
    return state;
  }

  List<Output> outputs() {
    return outputs;
  }

  boolean passed(Ticks since, Duration span) {
    return !now.isBefore(since.plus(span));
  }

  void enter(Phase phase) {
    state = state.in(phase);
  }

  void send(Output output) {
    outputs.add(output);
  }

  void send(MonitorId to, Message message) {
    outputs.add(new Output.Send(to, message));
  }

  void tell(String sentence, boolean warning) {
    outputs.add(new Output.Tell(sentence, warning));
  }

  boolean inOffice() {
    return switch (state.phase()) {
      case Phase.Taking _, Phase.Leading _, Phase.Ceding _ -> true;
      case Phase.Looking _, Phase.Following _, Phase.Doubting _, Phase.Electing _ -> false;
      case Phase.Awaiting _, Phase.Claiming _, Phase.Resting _, Phase.Ended _ -> false;
    };
  }

  /** Whether somebody may lead in this term; whoever doubts its leader believes it sooner. */
  boolean believes(Epoch epoch) {
    Duration silence =
        state.phase() instanceof Phase.Doubting
            ? timings().heartbeatInterval()
            : timings().heartbeatInterval().multipliedBy(2);
    return state.believes(epoch, now, silence);
  }

  void know(Epoch epoch) {
    state = state.knowing(epoch);
  }

  void heard(MonitorId leader, Epoch epoch) {
    state = state.knowing(epoch).hearing(new ElectionState.Heard(leader, epoch, now));
  }

  void contact(boolean kafka) {
    state = state.contact(kafka ? Optional.of(now) : Optional.empty());
    if (!kafka) {
      tell("no heartbeats can be read from Kafka: this monitor neither leads nor elects", true);
    }
  }

  /** Whether another process with this id may be the one that leads. */
  boolean uncertain() {
    return state.identity().verdict(now) == Identity.Verdict.UNCERTAIN;
  }

  void sign(Incarnation incarnation) {
    boolean own = incarnation.equals(electorate.incarnation());
    Identity identity = state.identity();
    state = state.being(own ? identity.ownSign(now) : identity.sign(incarnation, now));
  }

  void tries(Tries next) {
    state = state.trying(next);
  }

  /** Office was lost, or not gained, by a failure of this monitor. */
  void lost() {
    state = state.trying(state.tries().lost(now, timings().restMax()));
  }

  void taking(MonitorId monitor) {
    state = state.taken(new ElectionState.Taker(monitor, now));
  }

  void cession(MonitorId to, Cession cession) {
    state = state.ceding(to, cession);
  }

  /** Follows a leader, or asks it to hand over if this monitor outranks it. */
  void meet(MonitorId leader, Epoch epoch) {
    if (mayClaim(leader)) {
      claim(leader);
    } else {
      boolean peer = electorate.peers().contains(leader);
      tell(
          "monitor %s leads, epoch %s%s"
              .formatted(leader, epoch, peer ? "" : ", and is none of this monitor's file"),
          !peer);
      follow(leader, peer);
    }
  }

  void meetIf(boolean newer, MonitorId leader, Epoch epoch) {
    if (newer) {
      meet(leader, epoch);
    }
  }

  /** The same, and also if the known leader has written for long enough to be alive after all. */
  void meetIf(boolean newer, MonitorId leader, Epoch epoch, Ticks since) {
    meetIf(newer || passed(since, timings().doubtPatience()), leader, epoch);
  }

  boolean mayClaim(MonitorId leader) {
    return electorate.takeover()
        && electorate.outranks(leader)
        && electorate.peers().contains(leader)
        && state.fit()
        && state.identity().verdict(now) == Identity.Verdict.ALONE
        && state.tries().mayClaim(now);
  }

  void claim(MonitorId leader) {
    tell("monitor %s leads and is asked to hand over".formatted(leader), false);
    send(leader, new Message.Claim());
    enter(new Phase.Claiming(leader, now));
  }

  void follow(MonitorId leader, boolean reached) {
    enter(new Phase.Following(leader, now, now.plus(timings().checkInterval()), reached));
    send(reached ? new Output.Hold(leader) : new Output.LetGo());
  }

  void doubt(MonitorId leader, String how) {
    tell("the leader, monitor %s, %s".formatted(leader, how), true);
    enter(new Phase.Doubting(leader, now, false));
  }

  /** Asks the higher ones, or takes office if there are none. */
  void elect() {
    elect(electorate.higher());
  }

  /** The same without the one that was found to lead no more, and is not waited for. */
  void electInsteadOf(MonitorId deposed) {
    SortedSet<MonitorId> others = new TreeSet<>(electorate.higher());
    others.remove(deposed);
    elect(others);
  }

  private void elect(SortedSet<MonitorId> higher) {
    if (!state.fit()) {
      rest("no heartbeats can be read from Kafka");
    } else if (higher.isEmpty()) {
      take();
    } else {
      tell("an election begins", false);
      higher.forEach(peer -> send(peer, new Message.Election()));
      enter(new Phase.Electing(higher, now));
    }
  }

  /** Takes office, unless somebody else is just about to: two would only fence each other. */
  void take() {
    boolean taken =
        state
            .taking()
            .filter(taker -> !passed(taker.at(), TAKER_FRESH))
            .filter(taker -> !taker.monitor().equals(electorate.self()))
            .isPresent();
    if (taken) {
      tell("another monitor takes office just now", false);
      enter(new Phase.Awaiting(now));
    } else {
      state = state.trying(state.tries().next());
      enter(new Phase.Taking(state.tries().attempt(), now));
      send(new Output.TakeOffice(state.tries().attempt()));
    }
  }

  /** Stays out of the way until every other monitor has had its turn. */
  void stoodStill(String why) {
    if (electorate.peers().isEmpty()) {
      rest(why);
      return;
    }
    Duration pause = timings().othersTurn();
    tell("%s: next try in %s".formatted(why, pause), true);
    state = state.trying(state.tries().stoodStill(now.plus(pause)));
    enter(new Phase.Resting(now));
  }

  /** Tries again after a pause that grows with each failure. */
  void rest(String why) {
    Duration pause = timings().rest(state.tries().failures() + 1);
    tell("%s: next try in %s".formatted(why, pause), true);
    state = state.trying(state.tries().failed(now.plus(pause)));
    enter(new Phase.Resting(now));
  }
}
