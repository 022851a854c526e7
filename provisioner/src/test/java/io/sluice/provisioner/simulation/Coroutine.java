package io.sluice.provisioner.simulation;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.supervision.Threads;
import java.time.Duration;
import java.util.Optional;

/**
 * A thread of a simulated process: runs until it waits, and nothing else runs meanwhile. When its
 * process crashes it is never gone on with, as after a SIGKILL.
 */
final class Coroutine implements Threads.Task {
  private final SimulatedThreads threads;
  private final String name;
  private final Continuation continuation;
  private final long delayMax;
  private final SimulatedThreads.Signal over;
  private Optional<Coroutine> parent = Optional.empty();
  private Optional<Request> request = Optional.empty();
  private boolean begun;
  private boolean interrupted;
  private boolean waits;
  private long turn;
  private Optional<ServerId> remains = Optional.empty();

  Coroutine(SimulatedThreads threads, String name, long delayMax, Runnable body) {
    this.threads = threads;
    this.name = name;
    this.continuation = new Continuation(body);
    this.delayMax = delayMax;
    this.over = new SimulatedThreads.Signal(threads);
  }

  /** In whose name it acts, and on what decision; empty if it is no leader's. */
  Optional<Request> request() {
    return request;
  }

  void actsOn(Request decision) {
    request = Optional.of(decision);
  }

  /**
   * It could not start this server: what is stopped next for whoever asked it to is what that may
   * have left behind.
   */
  void failedToStart(ServerId server) {
    parent.ifPresent(asks -> asks.remains = Optional.of(server));
  }

  /** Whether stopping this server is cleaning up after a start that failed. */
  boolean cleansUp(ServerId server) {
    return parent.filter(asks -> asks.remains.equals(Optional.of(server))).isPresent();
  }

  @Override
  public void start() {
    parent = threads.running();
    request = parent.flatMap(Coroutine::request);
    begun = true;
    threads.after(delayMax == 0 ? 0 : threads.dice().between(0, delayMax), this::goOn);
  }

  private void goOn() {
    if (!threads.alive()) {
      return;
    }
    threads.running(Optional.of(this));
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
    try {
      continuation.run();
    } finally {
      // The carrier's mark is this one's while it runs, and nobody else's.
      interrupted |= Thread.interrupted();
      threads.running(Optional.empty());
    }
    if (continuation.done()) {
      over.open();
    }
  }

  /** Says that it is about to wait; what is returned wakes it up. */
  long prepare() {
    waits = true;
    turn++;
    return turn;
  }

  /** Goes on, if it still waits for this. */
  void wake(long forWhat) {
    if (waits && turn == forWhat) {
      waits = false;
      goOn();
    }
  }

  boolean waitsFor(long what) {
    return waits && turn == what;
  }

  /** Waits to be woken up. */
  void park() throws InterruptedException {
    if (!Thread.currentThread().isInterrupted()) {
      Continuation.leave();
    }
    waits = false;
    requireUninterrupted();
  }

  static void requireUninterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Waits for so long, or until somebody wakes it up. */
  void park(long millis) throws InterruptedException {
    long mine = turn;
    threads.after(millis, () -> wake(mine));
    park();
  }

  @Override
  public void interrupt() {
    if (current()) {
      Thread.currentThread().interrupt();
    } else if (begun && !continuation.done()) {
      interrupted = true;
      if (waits) {
        waits = false;
        threads.after(0, this::goOn);
      }
    }
  }

  @Override
  public boolean join(Duration most) throws InterruptedException {
    return !begun || over.await(most);
  }

  @Override
  public boolean ended() {
    return continuation.done();
  }

  @Override
  public boolean current() {
    return threads.running().filter(now -> now == this).isPresent();
  }

  @Override
  public String toString() {
    return name;
  }
}
