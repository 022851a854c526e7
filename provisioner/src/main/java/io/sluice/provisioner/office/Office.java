package io.sluice.provisioner.office;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.id.Epoch;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The office of a monitor that wants to lead: takes it, serves, and when it was lost, whether to
 * another leader or to a broker out of reach, takes it again after a pause.
 *
 * <pre>
 *            ┌────────── lost: pause 0.5 s to 10 s ──────────┐
 *            ▼                                               │
 *   start ─▶ taking: fence, read the journal, record ─▶ serving ─▶ close
 * </pre>
 */
public final class Office implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Office.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(500);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  /** A term that lasted this long was a good one: the next pause is short again. */
  private static final Duration GOOD_TERM = Duration.ofSeconds(10);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final OfficeSettings settings;
  private final Ledger.Source ledgers;
  private final Recovery recovery;
  private final Term.Tools tools;
  private final List<Companion> companions;
  private final AtomicReference<OfficeState> state = new AtomicReference<>(OfficeState.NONE);
  private final AtomicReference<Optional<Term>> term = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Ledger>> ledger = new AtomicReference<>(Optional.empty());
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ReentrantLock pausing = new ReentrantLock();
  private final Condition ended = pausing.newCondition();
  private final Thread thread;

  /**
   * An office that is not sought yet.
   *
   * @param ledgers opens the topics, once per attempt
   * @param companions what goes on beside each term, begun in this order and ended in reverse
   */
  public Office(
      OfficeSettings settings,
      Ledger.Source ledgers,
      ServerFleet fleet,
      Snapshots snapshots,
      List<Companion> companions) {
    this.settings = settings;
    this.ledgers = ledgers;
    this.recovery = new Recovery(snapshots);
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    this.tools = new Term.Tools(fleet, http, new SteadyClock());
    this.companions = List.copyOf(companions);
    this.thread = new Thread(this::run, "office");
  }

  /** Begins to seek the office. */
  public void start() {
    thread.start();
  }

  /** What is known of it now. */
  public OfficeState state() {
    return state.get();
  }

  /**
   * Lets the leader hear of something.
   *
   * @return the term in which what follows from it was recorded; fails with {@link
   *     OfficeLostException} if this monitor does not lead, or no longer
   */
  public CompletableFuture<Epoch> tell(Input input) {
    return term.get().map(current -> current.tell(input)).orElseGet(Office::notLeading);
  }

  /**
   * Asks the leader for a change.
   *
   * @return what became of it, once it is recorded; fails with {@link OfficeLostException} if this
   *     monitor does not lead, or no longer: then the journal says whether it was recorded
   */
  public CompletableFuture<Reply> request(Change change) {
    return term.get().map(current -> current.request(change)).orElseGet(Office::notLeading);
  }

  private static <T> CompletableFuture<T> notLeading() {
    return CompletableFuture.failedFuture(
        new OfficeLostException("this monitor does not lead", false));
  }

  private void run() {
    Duration pause = PAUSE_MIN;
    while (!ending.get()) {
      long begun = System.nanoTime();
      attempt();
      boolean good = System.nanoTime() - begun > GOOD_TERM.toNanos();
      pause = good ? PAUSE_MIN : pause;
      rest(pause);
      pause = pause.compareTo(PAUSE_MAX.dividedBy(2)) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
    }
  }

  /** One term, from taking the office to losing it. */
  private void attempt() {
    try (Ledger opened = ledgers.connect()) {
      ledger.set(Optional.of(opened));
      try (Term taken = Term.take(settings, opened, recovery, tools, state::set)) {
        LOG.info(
            "monitor {} leads: epoch {}, {} zones",
            settings.monitor(),
            taken.epoch(),
            state().view().zones().size());
        term.set(Optional.of(taken));
        serve(taken);
      } finally {
        term.set(Optional.empty());
        ledger.set(Optional.empty());
      }
      lost("the monitor is closed");
    } catch (OfficeLostException lost) {
      if (!ending.get()) {
        LOG.warn(
            "monitor {} does not lead{}: {}",
            settings.monitor(),
            lost.fenced() ? " any more" : "",
            lost.getMessage());
      }
      lost(String.valueOf(lost.getMessage()));
    } catch (RuntimeException unforeseen) {
      LOG.error("the office was lost to an unforeseen error", unforeseen);
      lost(unforeseen.toString());
    }
  }

  private void serve(Term taken) {
    Deque<Companion.Ongoing> ongoing = new ArrayDeque<>();
    try {
      companions.forEach(companion -> ongoing.push(companion.begin(taken)));
      taken.serve(ending);
    } finally {
      ongoing.forEach(Companion.Ongoing::close);
    }
  }

  private void lost(String reason) {
    state.updateAndGet(last -> last.without(reason));
  }

  private void rest(Duration pause) {
    pausing.lock();
    try {
      long left = pause.toNanos();
      while (left > 0 && !ending.get()) {
        left = ended.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      ending.set(true);
    } finally {
      pausing.unlock();
    }
  }

  /** Leaves office: what is recorded is recorded, what is under way is left to the next leader. */
  @Override
  public void close() {
    ending.set(true);
    pausing.lock();
    try {
      ended.signalAll();
    } finally {
      pausing.unlock();
    }
    ledger.get().ifPresent(Ledger::wakeUp);
    try {
      if (!thread.join(CLOSE_PATIENCE)) {
        thread.interrupt();
        thread.join(CLOSE_PATIENCE);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
