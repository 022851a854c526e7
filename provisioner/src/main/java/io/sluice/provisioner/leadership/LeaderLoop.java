package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.LeaderTurns;
import io.sluice.provisioner.plan.Moment;
import io.sluice.provisioner.plan.Note;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.Recovered;
import io.sluice.provisioner.plan.SecretChange;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term: the hands of {@link LeaderTurns}. Reads facts and commands, takes what was posted, has
 * the turn decided, records, and has the effects performed. One thread does all of it; effects run
 * beside it and post what came of them.
 */
final class LeaderLoop implements LeaderTask.LeaderContext, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoop.class);

  private final LeadershipSettings settings;
  private final LeaderLog log;
  private final EffectExecutor effects;
  private final LeaderTurns turns;
  private final Epoch epoch;
  private final String journal;
  private final Tools tools;
  private final Client client;
  private final ConcurrentLinkedQueue<Posted> mailbox = new ConcurrentLinkedQueue<>();

  /** Whether the loop waits for records, or is about to: only then it has to be woken up. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<Optional<Throwable>> broken =
      new AtomicReference<>(Optional.empty());
  private volatile LeadershipState state = LeadershipState.NONE;
  private volatile Ticks turnedAt;

  /** Who waits for what is being settled, in the order of their inputs. */
  private List<Waiting> underWay = List.of();

  private LeaderLoop(
      LeadershipSettings settings, LeaderLog log, Found found, Tools tools, Client client) {
    this.settings = settings;
    this.log = log;
    this.tools = tools;
    this.client = client;
    this.epoch = found.start().epoch();
    this.journal = found.opening().journal();
    this.turns =
        new LeaderTurns(
            settings.terms(epoch),
            settings.contactTimeout(),
            found.recovered(),
            found.opening().commands(),
            tools.now());
    this.effects =
        new EffectExecutor(tools, EffectExecutor.Patience.DEFAULT, this::post, this::fatal);
    this.turnedAt = tools.ticks();
  }

  /** What a term works with. */
  record Tools(
      ServerFleet fleet, Vault vault, HealthProbe probe, Threads threads, InstantSource time) {
    Moment now() {
      return new Moment(ticks(), time.instant());
    }

    Ticks ticks() {
      return threads.clock().now();
    }
  }

  /**
   * Whoever ordered the term.
   *
   * @param unwanted whether it is to end
   * @param published hears what is known, whenever that changes
   * @param supervision hears that the loop turns
   */
  record Client(
      BooleanSupplier unwanted, Consumer<LeadershipState> published, Loops.Turns supervision) {}

  /** What was found when the leadership was taken. */
  private record Found(LeaderLog.Opening opening, Recovered recovered, TermStart start) {}

  /** Something posted, and who waits for what comes of it. */
  private record Posted(Input input, Waiting waiting) {}

  /**
   * Takes the leadership: fences every earlier leader, reads the journal, and records who leads.
   *
   * @throws LeadershipLostException if that fails
   */
  static LeaderLoop take(
      LeadershipSettings settings, LeaderLog log, Recovery recovery, Tools tools, Client client) {
    requireWanted(client);
    LeaderLog.Opening opening = log.open();
    client.supervision().turned();
    Recovered recovered = recovery.read(log, opening, client).with(opening.secrets());
    requireWanted(client);
    TermStart start =
        TermStart.of(
            recovered.journal().fleet(),
            settings.declarations(),
            settings.monitor(),
            settings.url(),
            tools.time().instant());
    start.notes().forEach(LeaderLoop::log);
    LeaderLoop loop =
        new LeaderLoop(settings, log, new Found(opening, recovered, start), tools, client);
    loop.settle(loop.turns.begin(start, recovered, tools.now()), List.of());
    return loop;
  }

  /** One that was given up while it connected or read must not get in anybody's way. */
  private static void requireWanted(Client client) {
    if (client.unwanted().getAsBoolean()) {
      throw new LeadershipLostException("it was given up before it took office", false);
    }
  }

  /** Serves until asked to end. */
  void serve() {
    while (!client.unwanted().getAsBoolean()) {
      turn();
    }
  }

  /** One turn of the loop. */
  private void turn() {
    client.supervision().turned();
    turnedAt = tools.ticks();
    broken
        .get()
        .ifPresent(thrown -> {
          throw new InternalError("an effect has met the end of the process", thrown);
        });
    LeaderLog.Batch batch = read();
    List<Input> posted = new ArrayList<>();
    List<Waiting> waiting = new ArrayList<>();
    underWay = waiting;
    while (posted.size() < LeaderTurns.POSTED_MAX && !mailbox.isEmpty()) {
      Posted next = mailbox.remove();
      posted.add(next.input());
      waiting.add(next.waiting());
    }
    LeaderTurns.Taken taken =
        new LeaderTurns.Taken(
            batch.inputs(), !batch.letters().isEmpty(), log.commandsRead(), posted);
    switch (turns.take(taken, tools.now())) {
      case LeaderTurns.Turn.Over(var by) ->
          throw new LeadershipLostException("epoch %s has begun".formatted(by), true);
      case LeaderTurns.Turn.GoesOn turn -> settle(turn, batch.letters());
    }
  }

  private LeaderLog.Batch read() {
    asleep.set(true);
    // Whoever posts later than this look sees that it has to wake us up.
    Duration wait = mailbox.isEmpty() ? LeaderTurns.TICK : Duration.ZERO;
    LeaderLog.Batch batch = log.poll(wait, turns.held());
    asleep.set(false);
    return batch;
  }

  /** Records what is to be recorded, then does what is to be done. */
  private void settle(LeaderTurns.Turn.GoesOn turn, List<UnreadableRecord> letters) {
    List<Place> places = List.of();
    if (turn.records()) {
      places =
          log.record(
              new LeaderLog.Entry(
                  turn.outcome().facts(), turn.commands(), letters, turn.outcome().secrets()));
      turns.recorded(places);
    }
    publish();
    turn.outcome().notes().forEach(LeaderLoop::log);
    Fleet view = turns.state().view();
    turn.outcome()
        .effects()
        .forEach(effect -> effects.perform(effect, id -> view.server(id).map(Server::handle)));
    reply(turn.outcome().rulings(), places);
  }

  private void reply(List<ChangeResult> rulings, List<Place> places) {
    Iterator<ChangeResult> next = rulings.iterator();
    for (Waiting waiting : underWay) {
      switch (waiting) {
        case Waiting.Nobody() -> {}
        case Waiting.ForRecord(var reply) -> reply.complete(epoch);
        case Waiting.ForRuling(var reply) -> reply.complete(Reply.of(next.next(), places, epoch));
      }
    }
    underWay = List.of();
  }

  // The same object means that nothing has changed; what is equal and another one is published,
  // since comparing thousands of servers at each turn is dearer.
  @SuppressWarnings("ReferenceEquality")
  private void publish() {
    JournalState known = turns.state().journal();
    Fleet view = turns.state().view();
    LeadershipState last = state;
    if (last.leads() && last.known() == known && last.view() == view) {
      return;
    }
    state =
        new LeadershipState(
            Optional.of(epoch), journal, log.journalPositions(), known, view, Optional.empty());
    client.published().accept(state);
  }

  private static void log(Note note) {
    if (note.warning()) {
      LOG.warn("{}", note.sentence());
    } else {
      LOG.info("{}", note.sentence());
    }
  }

  @Override
  public Epoch epoch() {
    return epoch;
  }

  @Override
  public boolean turning() {
    return tools.ticks().since(turnedAt).compareTo(settings.contactTimeout()) < 0;
  }

  @Override
  public LeadershipState state() {
    return state;
  }

  @Override
  public void post(Input input) {
    post(new Posted(input, new Waiting.Nobody()));
  }

  /** Posts, and answers with the term once what follows from it is recorded. */
  CompletableFuture<Epoch> tell(Input input) {
    CompletableFuture<Epoch> recorded = new CompletableFuture<>();
    post(new Posted(input, new Waiting.ForRecord(recorded)));
    return recorded;
  }

  /** Asks for a change, and answers once it is recorded, or refused. */
  CompletableFuture<Reply> request(Change change) {
    return ruling(new Input.Requested(change));
  }

  /** Asks something of the secrets, and answers once it is recorded, or refused. */
  CompletableFuture<Reply> request(SecretChange change) {
    return ruling(new Input.SecretRequested(change));
  }

  private CompletableFuture<Reply> ruling(Input asked) {
    CompletableFuture<Reply> ruled = new CompletableFuture<>();
    post(new Posted(asked, new Waiting.ForRuling(ruled)));
    return ruled;
  }

  private void post(Posted posted) {
    mailbox.add(posted);
    if (over.get()) {
      refuse();
    } else if (asleep.compareAndSet(true, false)) {
      log.wakeUp();
    }
  }

  private void fatal(Throwable thrown) {
    broken.set(Optional.of(thrown));
    log.wakeUp();
  }

  private void refuse() {
    for (Posted posted = mailbox.poll(); posted != null; posted = mailbox.poll()) {
      posted.waiting().refuse();
    }
  }

  /** Ends the term: what is under way is not followed up. */
  @Override
  public void close() {
    over.set(true);
    effects.close();
    underWay.forEach(Waiting::refuse);
    refuse();
  }
}
