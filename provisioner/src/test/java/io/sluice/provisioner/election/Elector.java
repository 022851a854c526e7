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

/** One monitor's part in an election under test, with the default timings. */
final class Elector {
  static final ElectionTimings TIMINGS = ElectionTimings.DEFAULT;
  static final Incarnation OWN = new Incarnation("own");
  static final Incarnation OTHER = new Incarnation("other");
  private static final Duration TICK = Duration.ofMillis(50);

  /** A monotonic clock begins anywhere, and may overflow. */
  private static final Ticks NEARLY_OVERFLOWN =
      new Ticks(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());

  private final Electorate electorate;
  private final List<Output> outputs = new ArrayList<>();
  private ElectionState state = ElectionState.NONE;
  private Ticks now = NEARLY_OVERFLOWN;

  private Elector(Electorate electorate) {
    this.electorate = electorate;
  }

  /** A monitor among others, before it has begun. */
  static Elector monitor(int self, Integer... peers) {
    return new Elector(electorate(self, true, List.of(peers)));
  }

  /** The same, which does not take over from a lower one. */
  static Elector modest(int self, Integer... peers) {
    return new Elector(electorate(self, false, List.of(peers)));
  }

  private static Electorate electorate(int self, boolean takeover, List<Integer> peers) {
    SortedSet<MonitorId> others = new TreeSet<>();
    peers.forEach(peer -> others.add(new MonitorId(peer)));
    return new Electorate(new MonitorId(self), OWN, others, takeover, TIMINGS);
  }

  /** Has begun, and Kafka answers. */
  Elector begun() {
    hears(new Input.Began(), new Input.Contact(true));
    return this;
  }

  /** Has begun, and has met this leader by its heartbeat. */
  Elector following(int leader, long epoch) {
    begun();
    hears(beat(leader, epoch));
    return this;
  }

  /** Has begun, has found no leader, and took office. */
  Elector leading(long epoch) {
    begun();
    waits(TIMINGS.lookTime());
    waits(TIMINGS.answerTimeout());
    hears(took(epoch));
    return this;
  }

  /** Takes inputs; what was done before is forgotten. */
  void hears(Input... inputs) {
    outputs.clear();
    for (Input input : inputs) {
      take(input);
    }
  }

  /** Lets time pass with ticks; what was done before is forgotten. */
  void waits(Duration time) {
    outputs.clear();
    pass(time, Optional.empty());
  }

  /** Lets time pass while this leader's heartbeats go on. */
  void waitsWithBeats(Duration time, int leader, long epoch) {
    outputs.clear();
    pass(time, Optional.of(beat(leader, epoch)));
  }

  private void pass(Duration time, Optional<Input> beat) {
    Ticks end = now.plus(time);
    while (now.isBefore(end)) {
      Ticks next = now.plus(TICK);
      now = next.isBefore(end) ? next : end;
      beat.ifPresent(this::take);
      take(new Input.Tick());
    }
  }

  private void take(Input input) {
    Election.Step step = Election.step(electorate, state, input, now);
    state = step.state();
    outputs.addAll(step.outputs());
  }

  /** Its last attempt to take office went well. */
  Input took(long epoch) {
    return new Input.TookOffice(state.tries().attempt(), new Epoch(epoch));
  }

  /** Its last attempt is over. */
  Input left(boolean fenced) {
    return new Input.LeftOffice(state.tries().attempt(), fenced);
  }

  long attempt() {
    return state.tries().attempt();
  }

  /** A sign of life of this monitor's own process, or of another one with its id. */
  Input sign(Incarnation incarnation) {
    return new Input.Present(electorate.self(), incarnation, false);
  }

  boolean clashes() {
    return state.clash(now).isPresent();
  }

  static Input beat(int leader, long epoch) {
    return new Input.Beat(new MonitorId(leader), Incarnation.UNKNOWN, new Epoch(epoch));
  }

  static Input says(int from, Message message) {
    return new Input.Received(new MonitorId(from), message);
  }

  static Input coordinator(int from, long epoch) {
    return says(from, new Message.Coordinator(new Epoch(epoch)));
  }

  static Input broke(int peer) {
    return new Input.Broke(new MonitorId(peer));
  }

  static Input silent(int peer) {
    return new Input.Silent(new MonitorId(peer));
  }

  static Input answers(int peer, boolean leads) {
    return new Input.Answered(new MonitorId(peer), leads);
  }

  static Input undelivered(int to, Message message) {
    return new Input.Undelivered(new MonitorId(to), message);
  }

  /** What was done since the last inputs, without what it tells the log. */
  List<String> did() {
    return outputs.stream().map(Elector::words).filter(words -> !words.isEmpty()).toList();
  }

  private static String words(Output output) {
    return switch (output) {
      case Output.Send(var to, Message.Election()) -> "election? to " + to;
      case Output.Send(var to, Message.Answer()) -> "answer to " + to;
      case Output.Send(var to, Message.Coordinator(var epoch)) ->
          "coordinator of %s to %s".formatted(epoch, to);
      case Output.Send(var to, Message.Claim()) -> "claim to " + to;
      case Output.Send(var to, Message.Ceded(var epoch)) -> "ceded %s to %s".formatted(epoch, to);
      case Output.Check(var peer) -> "check " + peer;
      case Output.Hold(var peer) -> "hold " + peer;
      case Output.LetGo() -> "let go";
      case Output.Send(var to, Message.Kept()) -> "kept, to " + to;
      case Output.TakeOffice ignored -> "take office";
      case Output.Resign ignored -> "resign";
      case Output.Refuse ignored -> "refuse to run";
      case Output.Tell ignored -> "";
    };
  }

  Phase phase() {
    return state.phase();
  }

  /** Whom it believes to lead; 0: nobody that it knows. */
  int leader() {
    return state.leader(electorate.self()).map(MonitorId::value).orElse(0);
  }
}
