package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The Bully algorithm, with three additions: a leader that is out of reach and still writes its
 * heartbeats to Kafka is not deposed; a monitor that Kafka does not answer neither tries to lead
 * nor keeps a lower one from it; and a higher monitor that comes back asks the leader to hand over
 * in order, instead of bullying it.
 */
public final class Election {
  /** A term that lasted this long was a good one: failures to get in before it are forgotten. */
  private static final Duration GOOD_TERM = Duration.ofSeconds(10);

  /** After a term of this length a monitor is one again that may ask others to hand over. */
  private static final Duration STEADY_TERM = Duration.ofMinutes(10);

  private Election() {}

  /**
   * What comes of an input.
   *
   * @param state the state after it
   * @param outputs what is to be done, in this order
   */
  public record Step(ElectionState state, List<Output> outputs) {
    /** Copies the list. */
    public Step {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Takes one input.
   *
   * @param now never before that of the step before
   */
  public static Step step(Electorate electorate, ElectionState state, Input input, Ticks now) {
    Transition round = new Transition(electorate, state, now);
    if (input instanceof Input.Began) {
      begin(round);
    } else if (!(state.phase() instanceof Phase.Ended)) {
      take(round, input);
    }
    return new Step(round.state(), round.outputs());
  }

  // One that is alone looks, too: another process may have its id.
  private static void begin(Transition round) {
    round.enter(new Phase.Looking(round.now().plus(round.timings().lookTime())));
  }

  private static void take(Transition round, Input input) {
    switch (input) {
      case Input.Began ignored -> {}
      case Input.Tick ignored -> tick(round);
      case Input.Received(var from, var message) -> {
        if (round.electorate().peers().contains(from)) {
          MessageTransitions.received(round, from, message);
        }
      }
      case Input.Undelivered(var to, var message) ->
          MessageTransitions.undelivered(round, to, message);
      case Input.Answered(var peer, var leads) -> answered(round, peer, leads);
      case Input.Silent(var peer) -> silent(round, peer, "does not answer");
      case Input.Broke(var peer) -> broke(round, peer);
      case Input.Gone(var peer) -> gone(round, peer);
      case Input.Beat(var leader, var incarnation, var epoch) -> {
        if (leader.equals(round.electorate().self())) {
          sign(round, incarnation);
        } else {
          beat(round, leader, epoch);
        }
      }
      case Input.Present(var monitor, var incarnation, var taking) -> {
        if (monitor.equals(round.electorate().self())) {
          sign(round, incarnation);
        } else if (taking) {
          round.taking(monitor);
        }
      }
      case Input.Contact(var kafka) -> contact(round, kafka);
      case Input.TookOffice(var attempt, var epoch) -> tookOffice(round, attempt, epoch);
      case Input.Progressed(var attempt) -> progressed(round, attempt);
      case Input.LeftOffice(var attempt, var fenced) -> leftOffice(round, attempt, fenced);
      case Input.Ending ignored -> {
        round.send(new Output.LetGo());
        round.enter(new Phase.Ended());
      }
    }
  }

  private static void broke(Transition round, MonitorId peer) {
    silent(round, peer, "closed its connection");
    // Whether somebody listens there still tells a crash from a link that was cut.
    if (round.state().phase() instanceof Phase.Doubting doubting
        && doubting.leader().equals(peer)) {
      round.send(new Output.Check(peer));
    }
  }

  private static void progressed(Transition round, long attempt) {
    if (round.state().phase() instanceof Phase.Taking taking && taking.attempt() == attempt) {
      round.enter(new Phase.Taking(attempt, round.now()));
    }
  }

  private static void tick(Transition round) {
    ElectionTimings timings = round.timings();
    switch (round.state().phase()) {
      case Phase.Looking(var until) -> {
        if (!round.now().isBefore(until) && round.state().fit() && !round.uncertain()) {
          round.elect();
        }
      }
      case Phase.Following following -> tick(round, following);
      case Phase.Doubting doubting -> tick(round, doubting);
      case Phase.Electing(var _, var since) -> {
        if (round.passed(since, timings.answerTimeout())) {
          round.take();
        }
      }
      case Phase.Awaiting(var since) -> {
        if (round.passed(since, timings.victoryTimeout())) {
          round.rest("no coordinator came within " + timings.victoryTimeout());
        }
      }
      case Phase.Claiming(var leader, var since) -> {
        if (round.passed(since, timings.victoryTimeout())) {
          round.doubt(leader, "does not hand over");
        }
      }
      case Phase.Resting ignored -> {
        if (round.state().tries().mayTry(round.now()) && round.state().fit()) {
          round.elect();
        }
      }
      case Phase.Taking(var attempt, var since) -> {
        if (round.passed(since, timings.takeTimeout())) {
          round.send(new Output.Resign(attempt));
          round.stoodStill("taking office stood still for " + timings.takeTimeout());
        }
      }
      case Phase.Leading _, Phase.Ceding _, Phase.Ended _ -> {}
    }
  }

  private static void tick(Transition round, Phase.Following following) {
    if (stale(round, following)) {
      round.doubt(following.leader(), "writes no heartbeats");
    } else if (!round.now().isBefore(following.checkAt())) {
      round.send(new Output.Check(following.leader()));
      round.enter(
          new Phase.Following(
              following.leader(),
              following.since(),
              round.now().plus(round.timings().checkInterval()),
              following.reached()));
    }
  }

  /** Whether heartbeats could have been read for some time, and none was. */
  private static boolean stale(Transition round, Phase.Following following) {
    Optional<Ticks> contact = round.state().contactSince();
    if (contact.isEmpty()) {
      return false;
    }
    Ticks last = later(following.since(), contact.get());
    Optional<ElectionState.Heard> beat =
        round.state().lastBeat().filter(heard -> heard.leader().equals(following.leader()));
    Ticks heard = beat.map(found -> later(last, found.at())).orElse(last);
    return round.passed(heard, round.timings().heartbeatTimeout());
  }

  private static void tick(Transition round, Phase.Doubting doubting) {
    Optional<Ticks> contact = round.state().contactSince();
    if (contact.isEmpty()) {
      return;
    }
    if (doubting.gone() && silentSince(round, doubting)) {
      round.electInsteadOf(doubting.leader());
      return;
    }
    ElectionTimings timings = round.timings();
    // After an outage of Kafka the leader needs time to find it again.
    boolean outage = contact.get().isAfter(doubting.since());
    Ticks decided =
        outage
            ? contact.get().plus(timings.heartbeatTimeout())
            : doubting.since().plus(timings.doubtPatience());
    if (round.now().isBefore(decided)) {
      return;
    }
    Ticks proof = later(doubting.since().plus(timings.heartbeatGrace()), contact.get());
    Optional<ElectionState.Heard> heard =
        round.state().lastBeat().filter(beat -> beat.at().isAfter(proof));
    boolean writes = heard.filter(beat -> beat.leader().equals(doubting.leader())).isPresent();
    Optional<ElectionState.Heard> other =
        heard.filter(beat -> !beat.leader().equals(doubting.leader()));
    if (other.isPresent()) {
      round.meet(other.get().leader(), other.get().epoch());
    } else if (writes) {
      round.tell("monitor %s is out of reach, but still writes".formatted(doubting.leader()), true);
      round.follow(doubting.leader(), false);
    } else {
      round.electInsteadOf(doubting.leader());
    }
  }

  /** Nobody listens where the leader was, and it would have written twice by now. */
  private static boolean silentSince(Transition round, Phase.Doubting doubting) {
    Duration twice = round.timings().heartbeatInterval().multipliedBy(2);
    Ticks contact = round.state().contactSince().orElse(round.now());
    Ticks heard = round.state().lastBeat().map(ElectionState.Heard::at).orElse(doubting.since());
    return round.passed(doubting.since(), round.timings().heartbeatGrace())
        && round.passed(later(heard, contact), twice);
  }

  private static void gone(Transition round, MonitorId peer) {
    silent(round, peer, "is gone");
    if (round.state().phase() instanceof Phase.Doubting doubting
        && doubting.leader().equals(peer)) {
      round.enter(new Phase.Doubting(doubting.leader(), doubting.since(), true));
    }
  }

  /** A sign of life of a process with this monitor's id. */
  private static void sign(Transition round, Incarnation incarnation) {
    boolean clashed = round.state().clash(round.now()).isPresent();
    round.sign(incarnation);
    Optional<String> clash = round.state().clash(round.now());
    switch (round.state().identity().verdict(round.now())) {
      case ALONE -> {}
      case UNCERTAIN -> {
        if (round.state().phase() instanceof Phase.Looking) {
          round.enter(new Phase.Looking(round.now().plus(round.timings().lookTime())));
        }
      }
      case STAYS -> {
        if (!clashed) {
          clash.ifPresent(
              what -> round.tell(what + ": it has to end, or to have another id", true));
        }
      }
      case YIELDS -> refuse(round, clash.orElse("another process runs with the same id"));
    }
  }

  private static void refuse(Transition round, String why) {
    if (round.state().phase() instanceof Phase.Taking taking) {
      round.send(new Output.Resign(taking.attempt()));
    } else if (round.state().phase() instanceof Phase.Leading leading) {
      round.send(new Output.Resign(leading.attempt()));
    }
    round.send(new Output.LetGo());
    round.send(new Output.Refuse(why));
    round.enter(new Phase.Ended());
  }

  private static void answered(Transition round, MonitorId peer, boolean leads) {
    if (round.state().phase() instanceof Phase.Following following
        && following.leader().equals(peer)) {
      if (!leads) {
        round.doubt(peer, "does not lead any more");
      } else if (round.mayClaim(peer)) {
        round.claim(peer);
      } else if (!following.reached()) {
        round.tell("monitor %s is in reach again".formatted(peer), false);
        round.follow(peer, true);
      }
    }
  }

  private static void silent(Transition round, MonitorId peer, String how) {
    if (round.state().phase() instanceof Phase.Following following
        && following.leader().equals(peer)
        && following.reached()) {
      round.doubt(peer, how);
    }
  }

  /**
   * Somebody writes that it leads. Whoever leads, or is about to, learns of another term by being
   * fenced, and from nobody else: what stands here may have been written by anybody.
   */
  private static void beat(Transition round, MonitorId leader, Epoch epoch) {
    if (round.inOffice() || !round.believes(epoch)) {
      return;
    }
    boolean newer = !epoch.equals(round.state().known());
    round.heard(leader, epoch);
    switch (round.state().phase()) {
      case Phase.Looking ignored -> round.meet(leader, epoch);
      // Whoever is followed by a message alone, and does not write, does not lead.
      case Phase.Following following ->
          round.meetIf(newer || !following.leader().equals(leader), leader, epoch);
      case Phase.Doubting ignored -> round.meetIf(newer, leader, epoch);
      case Phase.Claiming ignored -> round.meetIf(newer, leader, epoch);
      // A heartbeat that was on its way when this began proves nothing.
      case Phase.Electing(var _, var since) -> round.meetIf(newer, leader, epoch, since);
      case Phase.Awaiting(var since) -> round.meetIf(newer, leader, epoch, since);
      case Phase.Resting(var since) -> round.meetIf(newer, leader, epoch, since);
      case Phase.Taking _, Phase.Leading _, Phase.Ceding _, Phase.Ended _ -> {}
    }
  }

  private static void contact(Transition round, boolean kafka) {
    boolean before = round.state().fit();
    if (kafka == before) {
      return;
    }
    round.contact(kafka);
    if (kafka && round.state().phase() instanceof Phase.Looking) {
      round.enter(new Phase.Looking(round.now().plus(round.timings().lookTime())));
    }
  }

  private static void tookOffice(Transition round, long attempt, Epoch epoch) {
    if (round.state().phase() instanceof Phase.Taking taking && taking.attempt() == attempt) {
      round.know(epoch);
      round.send(new Output.LetGo());
      round.enter(new Phase.Leading(attempt, epoch, round.now()));
      round
          .state()
          .cessions()
          .forEach((to, cession) -> round.cession(to, cession.returned(round.now())));
      SortedSet<MonitorId> all = new TreeSet<>(round.electorate().peers());
      all.forEach(peer -> round.send(peer, new Message.Coordinator(epoch)));
    } else {
      // It was overtaken by something that made this monitor follow somebody.
      round.send(new Output.Resign(attempt));
    }
  }

  /** What an attempt came to that is not this one any more changes nothing. */
  private static void leftOffice(Transition round, long attempt, boolean fenced) {
    switch (round.state().phase()) {
      case Phase.Taking taking -> {
        if (taking.attempt() == attempt) {
          if (!fenced && round.state().fit()) {
            round.lost();
          }
          round.rest("the office could not be taken");
        }
      }
      case Phase.Leading leading -> {
        if (leading.attempt() == attempt) {
          lost(round, leading, fenced);
        }
      }
      case Phase.Ceding(var ceding, var epoch, var claimant) -> {
        if (ceding == attempt) {
          round.send(claimant, new Message.Ceded(epoch));
          round.enter(new Phase.Awaiting(round.now()));
        }
      }
      case Phase.Looking ignored -> {}
      case Phase.Following ignored -> {}
      case Phase.Doubting ignored -> {}
      case Phase.Electing ignored -> {}
      case Phase.Awaiting ignored -> {}
      case Phase.Claiming ignored -> {}
      case Phase.Resting ignored -> {}
      case Phase.Ended ignored -> {}
    }
  }

  private static void lost(Transition round, Phase.Leading leading, boolean fenced) {
    boolean good = round.passed(leading.since(), GOOD_TERM);
    if (good) {
      round.tries(round.state().tries().gotIn());
    }
    if (round.passed(leading.since(), STEADY_TERM)) {
      round.tries(round.state().tries().forgiven());
    }
    // Whom Kafka does not answer can't lead, and whoever was fenced was overtaken: no failures of
    // their own, unless others overtake this one again and again.
    boolean own = fenced ? !good : round.state().fit();
    if (own) {
      round.lost();
    }
    if (fenced) {
      round.enter(new Phase.Looking(round.now().plus(round.timings().lookTime())));
    } else {
      round.rest("the office was lost");
    }
  }

  private static Ticks later(Ticks one, Ticks other) {
    return one.isAfter(other) ? one : other;
  }
}
