package io.sluice.provisioner.simulation;

import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;

/** Virtual time: what is due is done in order, and nothing happens in between. */
final class Scheduler {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long now;
  private long added;
  private long steps;
  private Optional<Coroutine> running = Optional.empty();

  /** Milliseconds since the run began. */
  long now() {
    return now;
  }

  /** The same as a date. */
  Instant time() {
    return START.plusMillis(now);
  }

  /** How many things were done. */
  long steps() {
    return steps;
  }

  /** The thread that runs just now; empty between two, and while the world around them goes on. */
  Optional<Coroutine> running() {
    return running;
  }

  void running(Optional<Coroutine> now) {
    running = now;
  }

  /** Does something after so many milliseconds, behind whatever is due at the same time. */
  void after(long millis, Runnable work) {
    queue.add(new Due(now + millis, added, work));
    added++;
  }

  /** Does everything that is due until then. */
  void runUntil(long millis) {
    for (Due due = queue.peek(); due != null && due.at <= millis; due = queue.peek()) {
      queue.remove();
      now = due.at;
      steps++;
      due.work.run();
    }
    now = millis;
  }

  /** Something to be done. */
  private record Due(long at, long turn, Runnable work) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at == other.at ? Long.compare(turn, other.turn) : Long.compare(at, other.at);
    }
  }
}
