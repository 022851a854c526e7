package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.Election;
import io.sluice.provisioner.election.ElectionState;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.election.Message;
import io.sluice.provisioner.election.Output;
import io.sluice.provisioner.election.Phase;
import io.sluice.provisioner.plan.Moment;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A monitor's process: the real election, and a term whenever the election wants the office. Soft:
 * all of it, since a monitor that starts again knows nothing.
 */
final class ModelMonitor {
  private static final long PULSE = 150;
  private static final long CONTACT = 1000;

  private final Surroundings around;
  private final Electorate electorate;
  private final MonitorProcess process;
  private ElectionState state = ElectionState.NONE;
  private Optional<SimulatedTerm> term = Optional.empty();
  private boolean wanted;
  private long attempt;
  private long serving;
  private boolean ending;
  private Optional<MonitorId> held = Optional.empty();
  private List<ZoneId> zones;
  private Duration clockAhead = Duration.ZERO;
  private int beatsRead;
  private long contactAt;

  ModelMonitor(Surroundings around, Electorate electorate) {
    this.around = around;
    this.electorate = electorate;
    this.process = new MonitorProcess(around.cluster().scheduler());
    this.zones = around.cluster().zones();
  }

  /** The zones of its file. */
  List<ZoneId> zones() {
    return zones;
  }

  /** Has its file changed, which it reads when it starts. */
  void configure(List<ZoneId> file) {
    zones = List.copyOf(file);
  }

  /** Somebody sets its host's wall clock. */
  void setClock(Duration ahead) {
    clockAhead = ahead;
  }

  /** The time by its own clocks. */
  Moment now() {
    Instant wall = cluster().scheduler().time().plus(clockAhead);
    Ticks ticks =
        cluster().has(Flaw.CLOCK_BELIEVED)
            ? new Ticks(TimeUnit.MILLISECONDS.toNanos(wall.toEpochMilli()))
            : new Ticks(TimeUnit.MILLISECONDS.toNanos(cluster().scheduler().now()));
    return new Moment(ticks, wall);
  }

  int id() {
    return electorate.self().value();
  }

  Cluster cluster() {
    return around.cluster();
  }

  Broker broker() {
    return around.broker();
  }

  Surroundings around() {
    return around;
  }

  MonitorProcess process() {
    return process;
  }

  Phase phase() {
    return state.phase();
  }

  /** Whom it believes to lead. */
  Optional<MonitorId> leader() {
    return process.up() ? state.leader(electorate.self()) : Optional.empty();
  }

  /** Whether it leads only if nobody else does, since it failed in office too often. */
  boolean standsBack() {
    return state.standsBack();
  }

  /** The term that it serves; empty while it has none. */
  Optional<SimulatedTerm> serving() {
    return process.up() ? term.filter(SimulatedTerm::serves) : Optional.empty();
  }

  void boot() {
    say("starts");
    process.start();
    state = ElectionState.NONE;
    term = Optional.empty();
    wanted = false;
    attempt = 0;
    serving = 0;
    ending = false;
    held = Optional.empty();
    beatsRead = broker().heartbeats().size();
    contactAt = cluster().scheduler().now();
    process.after(0, () -> hear(new Input.Began()));
    process.after(1, this::pulse);
  }

  /** Ends in order: leaves office, and tells the others. */
  void end() {
    say("is shut down");
    process.after(
        0,
        () -> {
          hear(new Input.Ending());
          ending = true;
          wanted = false;
          term.ifPresentOrElse(SimulatedTerm::resign, this::gone);
        });
  }

  private void gone() {
    int life = process.life();
    // What was sent to the others is on its way; it does not wait for their answers.
    process.after(
        1,
        () -> {
          if (life == process.life()) {
            crash("has ended");
          }
        });
  }

  void crash(String how) {
    say("%s", how);
    term.ifPresent(SimulatedTerm::vanish);
    process.crash();
    around.network().ended(this);
  }

  private void pulse() {
    process.after(PULSE, this::pulse);
    long now = cluster().scheduler().now();
    if (broker().reachable(id())) {
      contactAt = now;
      hear(new Input.Contact(true));
      while (beatsRead < broker().heartbeats().size()) {
        Broker.Heartbeat beat = broker().heartbeats().get(beatsRead);
        beatsRead++;
        if (!cluster().has(Flaw.NO_HEARTBEATS)) {
          hear(new Input.Beat(new MonitorId(beat.monitor()), Incarnation.UNKNOWN, beat.epoch()));
        }
      }
      serving().ifPresent(mine -> beat(mine.epoch()));
    } else if (now - contactAt > CONTACT) {
      hear(new Input.Contact(false));
    }
    if (!cluster().has(Flaw.NO_ELECTION)) {
      hear(new Input.Tick());
    }
  }

  private void beat(Epoch epoch) {
    cluster()
        .scheduler()
        .after(
            cluster().dice().between(1, 20),
            () -> {
              if (broker().reachable(id())) {
                broker().beat(new Broker.Heartbeat(id(), epoch));
              }
            });
  }

  /** Takes an input and does what follows. */
  void hear(Input input) {
    Phase before = state.phase();
    Election.Step step =
        Election.step(
            electorate,
            state,
            input,
            new Ticks(TimeUnit.MILLISECONDS.toNanos(cluster().scheduler().now())));
    state = step.state();
    see(before);
    if (!state.phase().getClass().equals(before.getClass())) {
      say("%s, by %s", state.phase(), input);
    }
    step.outputs().forEach(this::perform);
  }

  private void see(Phase before) {
    if (before instanceof Phase.Leading && phase() instanceof Phase.Ceding) {
      cluster().saw(Sight.CEDED);
    } else if (before instanceof Phase.Doubting
        && phase() instanceof Phase.Following following
        && !following.reached()) {
      cluster().saw(Sight.LEFT_IN_OFFICE);
    }
  }

  private void perform(Output output) {
    switch (output) {
      case Output.Send(var to, var message) -> send(to, message);
      case Output.Check(var peer) ->
          around
              .network()
              .ask(
                  this,
                  around.monitor(peer),
                  asked -> asked.phase() instanceof Phase.Leading,
                  leads -> hear(new Input.Answered(peer, leads)),
                  () -> hear(new Input.Silent(peer)));
      case Output.Hold(var peer) -> {
        held = Optional.of(peer);
        around.network().hold(this, around.monitor(peer));
      }
      case Output.LetGo() -> {
        held = Optional.empty();
        around.network().letGo(this);
      }
      case Output.TakeOffice(var attempt) -> {
        this.attempt = attempt;
        takeOffice();
      }
      case Output.Refuse(var why) -> say("refuses to run: %s", why);
      case Output.Resign ignored -> {
        wanted = false;
        term.ifPresentOrElse(SimulatedTerm::resign, () -> left(false));
      }
      case Output.Tell(var sentence, var _) -> say("%s", sentence);
    }
  }

  private void send(MonitorId to, Message message) {
    around
        .network()
        .ask(
            this,
            around.monitor(to),
            peer -> {
              peer.hear(new Input.Received(electorate.self(), message));
              return true;
            },
            confirmed -> {},
            () -> hear(new Input.Undelivered(to, message)));
  }

  /** A connection to this one broke. */
  void broke(ModelMonitor peer) {
    MonitorId id = new MonitorId(peer.id());
    if (held.equals(Optional.of(id))) {
      hear(new Input.Broke(id));
    }
  }

  /** One term at a time: the next one waits until the last one is closed. */
  private void takeOffice() {
    wanted = true;
    if (term.isEmpty()) {
      beginTerm();
    }
  }

  private void beginTerm() {
    wanted = false;
    serving = attempt;
    SimulatedTerm next = new SimulatedTerm(this, around.nextAuthor(id()));
    term = Optional.of(next);
    next.begin();
  }

  void took(Epoch epoch) {
    hear(new Input.TookOffice(serving, epoch));
  }

  /** The term is closed. */
  void left(boolean fenced) {
    Optional<Epoch> over = term.filter(SimulatedTerm::took).map(SimulatedTerm::epoch);
    term = Optional.empty();
    if (ending) {
      over.ifPresent(
          epoch -> electorate.peers().forEach(peer -> send(peer, new Message.Ceded(epoch))));
      gone();
      return;
    }
    // As the office says it, also when it has been ordered again meanwhile.
    hear(new Input.LeftOffice(serving, fenced));
    if (wanted && term.isEmpty()) {
      beginTerm();
    }
  }

  void say(String what, Object... with) {
    cluster().trace().say("monitor " + id(), what, with);
  }
}
