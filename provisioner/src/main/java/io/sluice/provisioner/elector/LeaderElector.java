package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Election;
import io.sluice.provisioner.election.ElectionState;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.election.Message;
import io.sluice.provisioner.election.Output;
import io.sluice.provisioner.election.Phase;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This monitor among the others: takes part in elections, and takes and leaves office as they go.
 * One thread makes every step; what comes from outside is queued for it.
 */
public final class LeaderElector implements AutoCloseable, Leadership.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderElector.class);

  /** How long a closed office may take to leave, before the others are told nevertheless. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  /** More than others have to say in any election; who floods is not heard. */
  private static final int MESSAGES_MAX = 1000;

  private static final Duration TURN_MAX = Duration.ofSeconds(5);
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  private final Electorate electorate;
  private final Leadership office;
  private final Peers peers;
  private final HeldLine line;
  private final Signs signs;
  private final Loops loops;
  private final MonotonicClock clock;
  private final Threads.Mailbox<Input> inputs;
  private final Threads.Latch over;
  private final CompletableFuture<String> refusal = new CompletableFuture<>();
  private final AtomicReference<Optional<Ticks>> progressedAt =
      new AtomicReference<>(Optional.empty());
  private volatile Optional<Supervised> loop = Optional.empty();
  private volatile ElectionState state = ElectionState.NONE;
  private volatile boolean closing;

  /**
   * What monitors write of themselves to Kafka.
   *
   * @param reader reads what all write, whoever leads
   * @param presence writes what this one does
   */
  public record Signs(HeartbeatReader reader, Presence presence) {}

  /**
   * One that does not take part yet.
   *
   * @param office taken and left as the elections go; started by {@link #start}
   */
  public LeaderElector(
      Electorate electorate, Leadership office, Peers peers, Signs signs, Loops loops) {
    this.electorate = electorate;
    this.office = office;
    this.peers = peers;
    this.inputs = loops.threads().mailbox();
    this.line = new HeldLine(peers, broken -> inputs.add(new Input.Broke(broken)));
    this.signs = signs;
    this.loops = loops;
    this.clock = loops.threads().clock();
    this.over = loops.threads().latch();
  }

  /** Begins to take part. */
  public void start() {
    office.start(this);
    inputs.add(new Input.Began());
    // What an election believes must not be half of what it was told: it ends with its process.
    loop = Optional.of(loops.halting("election", TURN_MAX, this::run));
    signs.reader().start(inputs::add);
    signs.presence().start(() -> state.phase() instanceof Phase.Taking);
  }

  /** Completes with why this monitor must not run: another process has its id. */
  public CompletionStage<String> refusal() {
    return refusal;
  }

  /** Why this monitor neither leads nor elects although Kafka answers; empty: nothing is known. */
  public Optional<String> trouble() {
    return signs.reader().trouble();
  }

  /** Another process that has this monitor's id, as a sentence; empty: none that is known. */
  public Optional<String> clash() {
    return refusal.isDone() ? Optional.of(refusal.join()) : state.clash(clock.now());
  }

  /**
   * How this monitor stands.
   *
   * @param phase what it does, in one word
   * @param leader whom it takes for the leader; empty: it knows none
   * @param epoch the latest term that it heard of
   * @param kafka whether Kafka answers it
   * @param incarnation which process of this id it is
   */
  public record Standing(
      String phase,
      Optional<MonitorId> leader,
      Epoch epoch,
      boolean kafka,
      Incarnation incarnation) {}

  /** How this monitor stands now. */
  public Standing standing() {
    ElectionState now = state;
    return new Standing(
        now.phase().getClass().getSimpleName().toLowerCase(Locale.ROOT),
        now.leader(electorate.self()),
        now.known(),
        now.contactSince().isPresent(),
        electorate.incarnation());
  }

  /** What this monitor knows of the election now. */
  public ElectionState state() {
    return state;
  }

  /** Where the leader answers, if it is another monitor that is known. */
  public Optional<URI> leader() {
    return state
        .leader(electorate.self())
        .filter(leader -> !leader.equals(electorate.self()))
        .flatMap(peers::url);
  }

  /** Whether the monitor that sends this is one of the others. */
  public boolean knows(MonitorId peer) {
    return electorate.peers().contains(peer);
  }

  /**
   * Hears what another monitor says.
   *
   * @return whether it is taken; not once this monitor ends, or while it is flooded
   */
  public boolean hear(MonitorId from, Message message) {
    if (closing || inputs.size() >= MESSAGES_MAX) {
      return false;
    }
    inputs.add(new Input.Received(from, message));
    return true;
  }

  /** Whether connections may be held to this monitor. */
  public boolean open() {
    return !closing;
  }

  @Override
  public void took(long attempt, Epoch epoch) {
    inputs.add(new Input.TookOffice(attempt, epoch));
  }

  @Override
  public void progressed(long attempt) {
    Ticks now = clock.now();
    Optional<Ticks> last = progressedAt.get();
    if (state.phase() instanceof Phase.Taking
        && last.filter(before -> now.isBefore(before.plus(PROGRESS_INTERVAL))).isEmpty()
        && progressedAt.compareAndSet(last, Optional.of(now))) {
      inputs.add(new Input.Progressed(attempt));
    }
  }

  @Override
  public void left(long attempt, boolean fenced) {
    inputs.add(new Input.LeftOffice(attempt, fenced));
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    try {
      Duration tick = electorate.timings().tick();
      Ticks tickedAt = clock.now();
      while (!(state.phase() instanceof Phase.Ended && closing)) {
        turns.turned();
        inputs.poll(tick).ifPresent(this::step);
        // By the clock, and not when nothing else comes: deadlines hold in a flood, too.
        if (!clock.now().isBefore(tickedAt.plus(tick))) {
          tickedAt = clock.now();
          step(new Input.Tick());
        }
      }
    } finally {
      over.open();
    }
  }

  private void step(Input input) {
    Election.Step step = Election.step(electorate, state, input, clock.now());
    state = step.state();
    step.outputs().forEach(this::perform);
  }

  private void perform(Output output) {
    switch (output) {
      case Output.Send(var to, var message) ->
          peers.send(to, message, failure -> inputs.add(new Input.Undelivered(to, message)));
      case Output.Check(var peer) -> peers.check(peer, inputs::add);
      case Output.Hold(var peer) -> line.hold(peer);
      case Output.LetGo() -> line.letGo();
      case Output.TakeOffice(var attempt) -> office.take(attempt);
      case Output.Resign(var attempt) -> office.resign(attempt);
      case Output.Refuse(var why) -> refuse(why);
      case Output.Tell(var sentence, var warning) -> {
        if (warning) {
          LOG.warn("monitor {}: {}", electorate.self(), sentence);
        } else {
          LOG.info("monitor {}: {}", electorate.self(), sentence);
        }
      }
    }
  }

  private void refuse(String why) {
    String sentence = "monitor %s must not run: %s".formatted(electorate.self(), why);
    LOG.error(sentence);
    office.resign(Long.MAX_VALUE);
    refusal.complete(sentence);
  }

  /** Leaves office in order, tells the others so, and takes no part any more. */
  @Override
  public void close() {
    Optional<Epoch> term = office.state().term();
    closing = true;
    inputs.add(new Input.Ending());
    office.close();
    signs.presence().close();
    signs.reader().close();
    line.letGo();
    join();
    // Not before the office is left, so that what this leader did is recorded or given up.
    term.ifPresent(epoch -> {
      List<Threads.Task> told = new ArrayList<>();
      electorate
          .peers()
          .forEach(peer -> told.add(peers.send(peer, new Message.Ceded(epoch), lost -> {})));
      told.forEach(LeaderElector::await);
    });
    peers.close();
  }

  private void join() {
    try {
      if (loop.isPresent() && !over.await(CLOSE_PATIENCE)) {
        LOG.warn("the election did not end within {}", CLOSE_PATIENCE);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    loop.ifPresent(Supervised::close);
  }

  private static void await(Threads.Task told) {
    try {
      if (!told.join(CLOSE_PATIENCE)) {
        LOG.warn("another monitor was not told within {} that this one ends", CLOSE_PATIENCE);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
