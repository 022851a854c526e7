package io.sluice.schemas.supervision;

import io.sluice.schemas.time.MonotonicClock;
import java.time.Duration;
import java.util.Optional;

/**
 * Threads, and what they wait by. Whoever runs loops takes it from outside, so that a simulator can
 * run the same loops in virtual time, one step at a time.
 */
public interface Threads {
  /** Those of the JVM. */
  static Threads ofSystem() {
    return ofSystem(MonotonicClock.SYSTEM);
  }

  /**
   * Those of the JVM.
   *
   * @param clock the clock that is told; waiting goes by the system's
   */
  static Threads ofSystem(MonotonicClock clock) {
    return new SystemThreads(clock);
  }

  /** The clock that all waiting goes by. */
  MonotonicClock clock();

  /** Something that is done beside everything else for as long as the process lasts. */
  Task lasting(String name, Runnable body);

  /** Something that is done beside everything else and is soon over, of which there may be many. */
  Task passing(String name, Runnable body);

  /** An empty mailbox. */
  <T> Mailbox<T> mailbox();

  /** A latch that is not open yet. */
  Latch latch();

  /**
   * Waits.
   *
   * @throws InterruptedException if the task was interrupted
   */
  default void sleep(Duration span) throws InterruptedException {
    var _ = latch().await(span);
  }

  /** What one thread does. */
  interface Task {
    /** Begins; called once. */
    void start();

    /** Interrupts it, as {@link Thread#interrupt}; without effect before it began. */
    void interrupt();

    /**
     * Waits for its end.
     *
     * @return whether it does not run any more, or has not begun
     * @throws InterruptedException if whoever waits was interrupted
     */
    boolean join(Duration most) throws InterruptedException;

    /** Whether it has begun and is over. */
    boolean ended();

    /** Whether this is what calls. */
    boolean current();
  }

  /** What is handed to a thread, in order and without a limit. */
  interface Mailbox<T> {
    /** Hands something in. Does not block. */
    void add(T item);

    /** The next one, if there is one. Does not block. */
    Optional<T> poll();

    /**
     * The next one; empty if none came in time.
     *
     * @throws InterruptedException if whoever waits was interrupted
     */
    Optional<T> poll(Duration most) throws InterruptedException;

    /** How many wait. */
    int size();
  }

  /** Something that happens once, for which many can wait. */
  interface Latch {
    /** It has happened. Does not block; a second time changes nothing. */
    void open();

    /** Whether it has happened. */
    boolean isOpen();

    /**
     * Waits until it has happened.
     *
     * @return whether it has; false: not in time
     * @throws InterruptedException if whoever waits was interrupted
     */
    boolean await(Duration most) throws InterruptedException;
  }
}
