package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.CommandOffsets;
import io.sluice.provisioner.plan.Effect;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Note;
import io.sluice.provisioner.plan.OptimisticView;
import io.sluice.provisioner.plan.Outcome;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.Progress;
import io.sluice.provisioner.plan.ProvisionerState;
import io.sluice.provisioner.plan.TermSettings;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term in office: reads facts and commands, lets the leader's mind decide, records, and has the
 * effects performed. One thread does all of it; effects run beside it and post what came of them.
 */
final class LeaderLoop implements LeaderTask.LeaderContext, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoop.class);

  /** How often deadlines are looked at. */
  private static final Duration TICK = Duration.ofMillis(100);

  /** How often in the contact timeout the leader proves that it leads. */
  private static final int PROOFS = 3;

  private final LeadershipSettings settings;
  private final LeaderLog ledger;
  private final EffectExecutor performer;
  private final ProvisionerState mind;
  private final Epoch epoch;
  private final String journal;
  private final SteadyClock clock;
  private final Consumer<LeadershipState> published;
  private final ConcurrentLinkedQueue<Posted> mailbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private Instant lastTick = Instant.MIN;
  private Instant lastProof;
  private volatile LeadershipState state;
  private volatile long turnedAt = System.nanoTime();

  /** Who waits for what is being settled, in the order of their inputs. */
  private List<Waiting> underWay = List.of();

  private LeaderLoop(
      LeadershipSettings settings,
      LeaderLog ledger,
      Found found,
      Tools tools,
      Consumer<LeadershipState> published) {
    this.settings = settings;
    this.ledger = ledger;
    this.clock = tools.clock();
    this.published = published;
    this.epoch = found.inauguration().epoch();
    this.journal = found.opening().journal();
    TermSettings terms =
        new TermSettings(
            epoch,
            new TreeMap<>(settings.environment()),
            settings.stopGrace(),
            settings.listInterval());
    this.mind =
        new ProvisionerState(
            terms,
            new OptimisticView(found.fleet()),
            new CommandOffsets(found.opening().commands()));
    this.performer = new EffectExecutor(tools.fleet(), tools.http(), this::post);
    this.lastProof = clock.now();
    this.state = LeadershipState.NONE;
  }

  /** What a term works with. */
  record Tools(ServerFleet fleet, HttpClient http, SteadyClock clock) {}

  /**
   * Whoever ordered the term.
   *
   * @param unwanted whether it is to end
   * @param published hears what is known, whenever that changes
   */
  record Client(BooleanSupplier unwanted, Consumer<LeadershipState> published) {}

  /** What was found when the office was taken. */
  private record Found(LeaderLog.Opening opening, Fleet fleet, TermStart inauguration) {}

  /** Something posted, and who waits for what comes of it. */
  private record Posted(Input input, Waiting waiting) {}

  /**
   * Takes office: fences every earlier leader, reads the journal, and records who leads.
   *
   * @throws LeadershipLostException if that fails
   */
  static LeaderLoop take(
      LeadershipSettings settings,
      LeaderLog ledger,
      Recovery recovery,
      Tools tools,
      Client client) {
    LeaderLog.Opening opening = ledger.open();
    Fleet fleet = recovery.read(ledger, opening, client.unwanted());
    TermStart inauguration =
        TermStart.of(
            fleet,
            settings.declarations(),
            settings.monitor(),
            settings.url(),
            tools.clock().now());
    inauguration.notes().forEach(LeaderLoop::log);
    LeaderLoop term =
        new LeaderLoop(
            settings, ledger, new Found(opening, fleet, inauguration), tools, client.published());
    term.settle(term.mind.inaugurate(inauguration, tools.clock().now()), List.of());
    return term;
  }

  /** Serves until asked to end. */
  void serve(BooleanSupplier unwanted) {
    while (!unwanted.getAsBoolean()) {
      turn();
    }
  }

  /** One turn of the loop. */
  private void turn() {
    turnedAt = System.nanoTime();
    LeaderLog.Batch batch =
        ledger.poll(mailbox.isEmpty() ? TICK : Duration.ZERO, mind.fullPartitions());
    List<Input> inputs = new ArrayList<>(batch.inputs());
    List<Waiting> waiting = new ArrayList<>();
    underWay = waiting;
    for (Posted posted = mailbox.poll(); posted != null; posted = mailbox.poll()) {
      inputs.add(completed(posted.input()));
      waiting.add(posted.waiting());
    }
    Instant now = clock.now();
    if (!now.isBefore(lastTick.plus(TICK))) {
      lastTick = now;
      inputs.add(new Input.Tick());
    }
    Outcome outcome = mind.step(inputs, now);
    Epoch latest = mind.fleet().epoch();
    if (latest.compareTo(epoch) > 0) {
      throw new LeadershipLostException("epoch %s has begun".formatted(latest), true);
    }
    settle(outcome, batch.letters());
  }

  private Input completed(Input input) {
    return input instanceof Input.Listed(var listing, var _)
        ? new Input.Listed(listing, ledger.commandsRead())
        : input;
  }

  /** Records what is to be recorded, then does what is to be done. */
  private void settle(Outcome outcome, List<UnreadableRecord> letters) {
    Instant now = clock.now();
    Duration proofInterval = settings.contactTimeout().dividedBy(PROOFS);
    // What changes the fleet waits for a proof of its own, so that a leader that was deposed in the
    // meantime, or stopped and woken up, touches no server.
    boolean acts = outcome.effects().stream().anyMatch(Effect::changesFleet);
    boolean proof = acts || !now.isBefore(lastProof.plus(proofInterval));
    List<Place> places = List.of();
    if (outcome.records() || !letters.isEmpty() || proof) {
      // Offsets that are committed once more prove to an idle leader that it still leads: an empty
      // transaction would not be fenced.
      Map<Integer, Progress> progress = proof ? mind.progress() : outcome.progress();
      places = ledger.record(new LeaderLog.Entry(outcome.facts(), progress, letters));
      mind.recorded(places);
      // As of before it was asked for: a leader may have been stopped since.
      lastProof = now;
    }
    publish();
    outcome.notes().forEach(LeaderLoop::log);
    outcome.effects().forEach(performer::perform);
    reply(outcome.rulings(), places);
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

  private void publish() {
    Fleet fleet = mind.fleet();
    Fleet view = mind.view();
    LeadershipState last = state;
    if (last.leads() && last.fleet().equals(fleet) && last.view().equals(view)) {
      return;
    }
    state =
        new LeadershipState(
            Optional.of(epoch), journal, ledger.journalPositions(), fleet, view, Optional.empty());
    published.accept(state);
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
    return System.nanoTime() - turnedAt < settings.contactTimeout().toNanos();
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
    CompletableFuture<Reply> ruled = new CompletableFuture<>();
    post(new Posted(new Input.Requested(change), new Waiting.ForRuling(ruled)));
    return ruled;
  }

  private void post(Posted posted) {
    mailbox.add(posted);
    if (over.get()) {
      refuse();
    } else {
      ledger.wakeUp();
    }
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
    performer.close();
    underWay.forEach(Waiting::refuse);
    refuse();
  }
}
