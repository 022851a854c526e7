package io.sluice.schemas.supervision;

import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop whose end is never unseen.
 *
 * <pre>
 *   running ── ends in order, or was closed ──▶ ended
 *      │ ▲
 *      │ └── after a pause ── resting            (restarting)
 *      └──── fails ──────────────▲
 *      └──── fails ──▶ halt the part ──▶ ended   (halting)
 * </pre>
 */
public final class Supervised implements AutoCloseable {
  /** The pause before a first failure's restart; it doubles with each failure in a row. */
  public static final Duration PAUSE_FIRST = Duration.ofMillis(100);

  /** The longest pause before a restart. */
  public static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  /** How long a body has to run before its next failure counts as the first of a row. */
  public static final Duration CALM = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
  private static final Duration JOIN_MAX = Duration.ofSeconds(10);
  private static final int FAILURE_LENGTH_MAX = 300;
  private static final int DOUBLINGS_MAX = 16;

  private final String name;
  private final Duration turnMax;
  private final Loops.Body body;
  private final Threads threads;
  private final Failure onFailure;
  private final Threads.Task task;
  private final Threads.Latch closing;
  private final AtomicLong lastTurn;
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean running;
  private volatile Optional<String> lastFailure = Optional.empty();

  /** What a failure of the body leads to. */
  sealed interface Failure {
    /** The body is run again. */
    Failure RESTARTS = new Restarts();

    /** The body is run again. */
    record Restarts() implements Failure {}

    /** The part ends. */
    record Halts(Halt halt) implements Failure {}
  }

  Supervised(String name, Duration turnMax, Loops.Body body, Threads threads, Failure onFailure) {
    this.name = name;
    this.turnMax = turnMax;
    this.body = body;
    this.threads = threads;
    this.onFailure = onFailure;
    this.lastTurn = new AtomicLong(threads.clock().now().nanos());
    this.closing = threads.latch();
    this.task = threads.lasting(name, this::supervise);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** What is known of it now. */
  public LoopState state() {
    Duration idle = threads.clock().now().since(new Ticks(lastTurn.get()));
    return new LoopState(name, running, idle, turnMax, failures.get(), lastFailure);
  }

  /** Whether its thread is over. */
  public boolean ended() {
    return task.ended();
  }

  /**
   * Ends the loop: interrupts its body and waits up to 10 s for it. From the loop's own thread it
   * only says that the loop is to end.
   */
  @Override
  public void close() {
    interrupt();
    if (!task.current() && !joined()) {
      LOG.warn("{} did not end within {} s of being told to", name, JOIN_MAX.toSeconds());
    }
  }

  void start() {
    running = true;
    task.start();
  }

  void interrupt() {
    closing.open();
    task.interrupt();
  }

  boolean closed() {
    return closing.isOpen();
  }

  private boolean joined() {
    boolean interrupted = false;
    Ticks deadline = threads.clock().now().plus(JOIN_MAX);
    try {
      for (Duration left = JOIN_MAX;
          left.isPositive();
          left = deadline.since(threads.clock().now())) {
        try {
          return task.join(left);
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
      return ended();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // Whatever it is, an Error too: a thread that ends unseen is what this class is against.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private void supervise() {
    int row = 0;
    while (!closed()) {
      Ticks begun = turned();
      running = true;
      try {
        body.run(this::turned);
        running = false;
        closing.open();
        return;
      } catch (Throwable failure) {
        running = false;
        if (closed()) {
          return;
        }
        row = threads.clock().now().since(begun).compareTo(CALM) > 0 ? 1 : row + 1;
        if (!goesOn(failure, row)) {
          return;
        }
      }
    }
    running = false;
  }

  private Ticks turned() {
    Ticks now = threads.clock().now();
    lastTurn.set(now.nanos());
    return now;
  }

  /** Takes note of a failure; whether the body is to run again, and then only after a pause. */
  private boolean goesOn(Throwable failure, int row) {
    failures.incrementAndGet();
    lastFailure = Optional.of(text(failure));
    return switch (onFailure) {
      case Failure.Halts halts -> {
        halts.halt().halt(name, failure);
        yield false;
      }
      case Failure.Restarts ignored -> {
        Duration pause = pause(row);
        LOG.error(
            "{} failed, {} in a row; it is started again in {} ms",
            name,
            row,
            pause.toMillis(),
            failure);
        yield rested(pause);
      }
    };
  }

  /** Waits; false if the loop was closed meanwhile. */
  private boolean rested(Duration pause) {
    Ticks until = threads.clock().now().plus(pause);
    for (Duration left = pause; left.isPositive(); left = until.since(threads.clock().now())) {
      try {
        return !closing.await(left);
      } catch (InterruptedException meantForTheBody) {
        // An interrupt that is not our own end was meant for the body that is over.
        LOG.debug("{} was interrupted while it rested", name);
      }
    }
    return !closed();
  }

  static Duration pause(int row) {
    Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(row - 1, DOUBLINGS_MAX));
    return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
  }

  private static String text(Throwable failure) {
    String text = String.valueOf(failure);
    return text.length() > FAILURE_LENGTH_MAX ? text.substring(0, FAILURE_LENGTH_MAX) + "…" : text;
  }
}
