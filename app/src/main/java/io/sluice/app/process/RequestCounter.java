package io.sluice.app.process;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The requests that users have made of this server: those being served and those finished. Health
 * checks and the page's own event stream are not users' and do not come here. Can be used by many
 * threads.
 */
public final class RequestCounter {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong finished = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  /** A request has arrived. */
  public void begin() {
    inFlight.incrementAndGet();
  }

  /** A request has been answered, or has failed. */
  public void end() {
    finished.incrementAndGet();
    if (inFlight.decrementAndGet() == 0) {
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Requests being served at this moment. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Requests finished since the start. */
  public long finished() {
    return finished.get();
  }

  /**
   * Waits until no request is being served.
   *
   * @return false if some still were when the time was over
   */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (inFlight.get() > 0) {
        if (left <= 0) {
          return false;
        }
        left = idle.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "%d in flight, %d finished".formatted(inFlight(), finished());
  }
}
