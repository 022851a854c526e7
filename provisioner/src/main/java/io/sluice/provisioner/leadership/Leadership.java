package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.SecretChange;
import io.sluice.provisioner.secret.Vault;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.supervision.Threads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leadership of a monitor: takes it when told to, serves until it is lost or told to leave, and
 * says what came of it, whatever that is. Whether to try is decided elsewhere.
 *
 * <pre>
 *   idle ──take──▶ taking: fence, read the journal, record ──▶ serving
 *    ▲                     │ failed, resigned                    │ lost, resigned
 *    └─────────────────────┴─────────────────────────────────────┘
 * </pre>
 */
public final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A turn asks Kafka several times, and each answer may take as long as its time-out. */
  private static final Duration TURN_MAX = Duration.ofMinutes(2);

  private final LeadershipSettings settings;
  private final LeaderLog.Source ledgers;
  private final Recovery recovery;
  private final LeaderLoop.Tools tools;
  private final List<LeaderTask> companions;
  private final AtomicReference<LeadershipState> state =
      new AtomicReference<>(LeadershipState.NONE);
  private final AtomicReference<Optional<LeaderLoop>> term =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<LeaderLog>> ledger =
      new AtomicReference<>(Optional.empty());

  /** Attempts up to this one are not wanted any more. */
  private final AtomicLong abandoned = new AtomicLong();

  private final Threads.Mailbox<Order> orders;
  private final AtomicReference<Listener> listener = new AtomicReference<>(Listener.NOBODY);
  private final Loops loops;
  private final Threads.Latch ended;
  private Optional<Supervised> loop = Optional.empty();

  /** Hears what becomes of the office; called by the office's own thread, and must not block. */
  public interface Listener {
    /** Does not care. */
    Listener NOBODY =
        new Listener() {
          @Override
          public void took(long attempt, Epoch epoch) {
            // Nobody asked.
          }

          @Override
          public void left(long attempt, boolean fenced) {
            // Nobody asked.
          }
        };

    /** An attempt goes on, or the term that came of it. */
    default void progressed(long attempt) {}

    /** The office was taken by this attempt. */
    void took(long attempt, Epoch epoch);

    /**
     * The office was left, was lost, or could not be taken. Nothing is done in its name any more.
     *
     * @param attempt the attempt that is over
     * @param fenced whether because somebody else took it
     */
    void left(long attempt, boolean fenced);
  }

  /** Why the fleet can't run servers of such a template; empty: nothing of it is beyond it. */
  public Optional<String> objection(ServerTemplate template) {
    return tools.fleet().objection(template);
  }

  private sealed interface Order {
    record Take(long attempt) implements Order {}

    record End() implements Order {}
  }

  /**
   * What is led, and by what means.
   *
   * @param snapshots where the journal need not be read from its beginning
   * @param vault unseals what servers get
   * @param probe asks servers whether they are ready
   * @param time the wall clock, for stamps
   */
  public record Means(
      ServerFleet fleet, Snapshots snapshots, Vault vault, HealthProbe probe, InstantSource time) {
    /** The same without keys for secrets. */
    public static Means of(ServerFleet fleet, Snapshots snapshots) {
      return of(fleet, snapshots, Vault.NONE);
    }

    /** The means that there are outside of tests. */
    public static Means of(ServerFleet fleet, Snapshots snapshots, Vault vault) {
      return new Means(fleet, snapshots, vault, HealthProbe.overSockets(), InstantSource.system());
    }
  }

  /**
   * An office that is not sought yet.
   *
   * @param ledgers opens the topics, once per attempt
   * @param companions what goes on beside each term, begun in this order and ended in reverse
   * @param loops the monitor's loops, of which this is one that can't be started again
   */
  public Leadership(
      LeadershipSettings settings,
      LeaderLog.Source ledgers,
      Means means,
      List<LeaderTask> companions,
      Loops loops) {
    this.settings = settings;
    this.ledgers = ledgers;
    this.recovery = new Recovery(means.snapshots(), loops.threads().clock());
    this.tools =
        new LeaderLoop.Tools(
            means.fleet(), means.vault(), means.probe(), loops.threads(), means.time());
    this.orders = loops.threads().mailbox();
    this.ended = loops.threads().latch();
    this.companions = List.copyOf(companions);
    this.loops = loops;
  }

  /** Begins to take orders. */
  public void start(Listener hears) {
    listener.set(hears);
    ledgers.start();
    loop = Optional.of(loops.halting("leadership", TURN_MAX, this::run));
  }

  /**
   * Takes office; the listener hears what came of it.
   *
   * @param attempt its number, which is higher than that of any attempt before
   */
  public void take(long attempt) {
    orders.add(new Order.Take(attempt));
  }

  /**
   * Leaves office, or stops taking it: what is recorded is recorded, what is under way is left to
   * the next leader. The listener hears when it is done.
   *
   * @param attempt up to which no attempt is wanted any more
   */
  public void resign(long attempt) {
    abandoned.accumulateAndGet(attempt, Math::max);
    ledger.get().ifPresent(LeaderLog::wakeUp);
  }

  /** What is known of it now. */
  public LeadershipState state() {
    return state.get();
  }

  /**
   * Lets the leader hear of something.
   *
   * @return the term in which what follows from it was recorded; fails with {@link
   *     LeadershipLostException} if this monitor does not lead, or no longer
   */
  public CompletableFuture<Epoch> tell(Input input) {
    return term.get().map(current -> current.tell(input)).orElseGet(Leadership::notLeading);
  }

  /**
   * Asks the leader for a change.
   *
   * @return what became of it, once it is recorded; fails with {@link LeadershipLostException} if
   *     this monitor does not lead, or no longer: then the journal says whether it was recorded
   */
  public CompletableFuture<Reply> request(Change change) {
    return term.get().map(current -> current.request(change)).orElseGet(Leadership::notLeading);
  }

  /**
   * Asks something of the secrets.
   *
   * @return what became of it, once it is recorded; fails as a change does
   */
  public CompletableFuture<Reply> request(SecretChange change) {
    return term.get().map(current -> current.request(change)).orElseGet(Leadership::notLeading);
  }

  /** What seals secrets. */
  public Vault vault() {
    return tools.vault();
  }

  private static <T> CompletableFuture<T> notLeading() {
    return CompletableFuture.failedFuture(
        new LeadershipLostException("this monitor does not lead", false));
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    try {
      while (true) {
        turns.turned();
        Optional<Order> order = orders.poll(LOOK);
        if (order.isPresent()) {
          switch (order.get()) {
            case Order.End() -> {
              return;
            }
            case Order.Take(long attempt) -> attemptAndTell(attempt, turns);
          }
        }
      }
    } finally {
      ended.open();
    }
  }

  /** Whatever an attempt ends by, the listener hears that it has ended. */
  private void attemptAndTell(long attempt, Loops.Turns turns) {
    boolean fenced = false;
    try {
      // One that was given up while it waited would fence whoever leads by now.
      fenced = !unwanted(attempt) && attempt(attempt, () -> unwanted(attempt), turns);
    } finally {
      listener.get().left(attempt, fenced);
    }
  }

  private boolean unwanted(long attempt) {
    listener.get().progressed(attempt);
    return abandoned.get() >= attempt;
  }

  /**
   * One term, from taking the leadership to losing it.
   *
   * @param attempt its number
   * @param unwanted whether it is to end
   * @return whether it was lost to somebody else
   */
  private boolean attempt(long attempt, BooleanSupplier unwanted, Loops.Turns turns) {
    try (LeaderLog opened = ledgers.connect()) {
      ledger.set(Optional.of(opened));
      try (LeaderLoop taken =
          LeaderLoop.take(
              settings,
              opened,
              recovery,
              tools,
              new LeaderLoop.Client(unwanted, state::set, turns))) {
        int zones = state().view().zones().size();
        LOG.info("monitor {} leads: epoch {}, {} zones", settings.monitor(), taken.epoch(), zones);
        term.set(Optional.of(taken));
        listener.get().took(attempt, taken.epoch());
        serve(taken);
      } finally {
        term.set(Optional.empty());
        ledger.set(Optional.empty());
      }
      lost("it left office");
      return false;
    } catch (LeadershipLostException lost) {
      LOG.warn(
          "monitor {} does not lead{}: {}",
          settings.monitor(),
          lost.fenced() ? " any more" : "",
          lost.getMessage());
      lost(String.valueOf(lost.getMessage()));
      return lost.fenced();
    } catch (RuntimeException | Error unforeseen) {
      LOG.error("the leadership was lost to an unforeseen error", unforeseen);
      lost(unforeseen.toString());
      if (LeadershipLostException.isFatal(unforeseen)) {
        throw unforeseen;
      }
      return false;
    }
  }

  private void serve(LeaderLoop taken) {
    Deque<LeaderTask.Ongoing> ongoing = new ArrayDeque<>();
    try {
      companions.forEach(companion -> ongoing.push(begun(companion, taken)));
      taken.serve();
    } finally {
      ongoing.forEach(Leadership::end);
    }
  }

  /** One that can't begin is begun again until it can: the term goes on without it meanwhile. */
  private LeaderTask.Ongoing begun(LeaderTask companion, LeaderLoop taken) {
    try {
      return companion.begin(taken);
    } catch (RuntimeException | Error failed) {
      if (LeadershipLostException.isFatal(failed)) {
        throw failed;
      }
      LOG.error("what goes on beside the term could not begin, and is tried again", failed);
    }
    AtomicReference<Optional<LeaderTask.Ongoing>> late = new AtomicReference<>(Optional.empty());
    Supervised trying =
        loops.restarting(
            "companion-%d-of-%s".formatted(companions.indexOf(companion), taken.epoch()),
            TURN_MAX,
            turns -> late.set(Optional.of(companion.begin(taken))));
    return () -> {
      trying.close();
      late.get().ifPresent(LeaderTask.Ongoing::close);
    };
  }

  /** Ends one that goes on beside a term; that it fails to end keeps none of the others. */
  private static void end(LeaderTask.Ongoing ongoing) {
    try {
      ongoing.close();
    } catch (RuntimeException | Error failed) {
      LOG.error("what went on beside the term could not be ended", failed);
    }
  }

  private void lost(String reason) {
    state.updateAndGet(last -> last.without(reason));
  }

  /** Leaves office and takes no more orders. */
  @Override
  public void close() {
    orders.add(new Order.End());
    resign(Long.MAX_VALUE);
    loop.ifPresent(running -> {
      try {
        if (!ended.await(CLOSE_PATIENCE)) {
          LOG.warn("the leadership was not left in order within {}", CLOSE_PATIENCE);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      running.close();
    });
  }
}
