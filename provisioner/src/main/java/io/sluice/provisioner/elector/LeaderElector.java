package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Election;
import io.sluice.provisioner.election.ElectionState;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.election.Message;
import io.sluice.provisioner.election.Output;
import io.sluice.provisioner.election.Phase;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.SteadyClock;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This monitor among the others: takes part in elections, and takes and leaves office as they go.
 * One thread makes every step; what comes from outside is queued for it.
 */
public final class LeaderElector implements AutoCloseable, Leadership.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderElector.class);

  /** How often deadlines are looked at. */
  private static final Duration TICK = Duration.ofMillis(20);

  /** How long a closed office may take to leave, before the others are told nevertheless. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final Electorate electorate;
  private final Leadership office;
  private final Peers peers;
  private final HeldLine line;
  private final HeartbeatReader heartbeats;
  private final SteadyClock clock = new SteadyClock();
  private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "council");
  private volatile ElectionState state = ElectionState.NONE;
  private volatile boolean closing;

  /**
   * A council that does not take part yet.
   *
   * @param office taken and left as the elections go; started by {@link #start}
   * @param heartbeats of whoever leads
   */
  public LeaderElector(
      Electorate electorate, Leadership office, Peers peers, HeartbeatReader heartbeats) {
    this.electorate = electorate;
    this.office = office;
    this.peers = peers;
    this.line = new HeldLine(peers, broken -> inputs.add(new Input.Broke(broken)));
    this.heartbeats = heartbeats;
  }

  /** Begins to take part. */
  public void start() {
    office.start(this);
    inputs.add(new Input.Began());
    thread.start();
    heartbeats.start(inputs::add);
  }

  /**
   * How this monitor stands.
   *
   * @param phase what it does, in one word
   * @param leader whom it takes for the leader; empty: it knows none
   * @param epoch the latest term that it heard of
   * @param kafka whether Kafka answers it
   */
  public record Standing(String phase, Optional<MonitorId> leader, Epoch epoch, boolean kafka) {}

  /** How this monitor stands now. */
  public Standing standing() {
    ElectionState now = state;
    return new Standing(
        now.phase().getClass().getSimpleName().toLowerCase(Locale.ROOT),
        now.leader(electorate.self()),
        now.known(),
        now.contactSince().isPresent());
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
   * @return whether it is taken; not once the council is closed
   */
  public boolean hear(MonitorId from, Message message) {
    return !closing && inputs.add(new Input.Received(from, message));
  }

  /** Whether connections may be held to this monitor. */
  public boolean open() {
    return !closing;
  }

  @Override
  public void took(Epoch epoch) {
    inputs.add(new Input.TookOffice(epoch));
  }

  @Override
  public void left(boolean fenced) {
    inputs.add(new Input.LeftOffice(fenced));
  }

  private void run() {
    try {
      while (!(state.phase() instanceof Phase.Ended && closing)) {
        Input input = inputs.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        step(input == null ? new Input.Tick() : input);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
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
          peers.send(to, message, lost -> inputs.add(new Input.Undelivered(to, message)));
      case Output.Check(var peer) -> peers.check(peer, inputs::add);
      case Output.Hold(var peer) -> line.hold(peer);
      case Output.LetGo() -> line.letGo();
      case Output.TakeOffice() -> office.take();
      case Output.Resign() -> office.resign();
      case Output.Tell(var sentence, var warning) -> {
        if (warning) {
          LOG.warn("monitor {}: {}", electorate.self(), sentence);
        } else {
          LOG.info("monitor {}: {}", electorate.self(), sentence);
        }
      }
    }
  }

  /** Leaves office in order, tells the others so, and takes no part any more. */
  @Override
  public void close() {
    Optional<Epoch> term = office.state().term();
    closing = true;
    inputs.add(new Input.Ending());
    office.close();
    heartbeats.close();
    line.letGo();
    join();
    // Not before the office is left, so that what this leader did is recorded or given up.
    term.ifPresent(epoch -> {
      List<Thread> told = new ArrayList<>();
      electorate
          .peers()
          .forEach(peer -> told.add(peers.send(peer, new Message.Ceded(epoch), lost -> {})));
      told.forEach(LeaderElector::await);
    });
    peers.close();
  }

  private void join() {
    try {
      if (!thread.join(CLOSE_PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(Thread told) {
    try {
      told.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
