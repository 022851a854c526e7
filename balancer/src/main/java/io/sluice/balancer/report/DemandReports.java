package io.sluice.balancer.report;

import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Tells the journal that requests wait in vain: at once when the first one does, and again every
 * second while any does, so that a zone without servers is woken, also if the first word was lost.
 *
 * <p>That all servers have as many requests as they may is told once it has lasted for a second: a
 * queue of a moment needs no further server.
 */
public final class DemandReports {
  /** How often it is said again. */
  static final Duration EVERY = Duration.ofSeconds(1);

  private final ZoneId zone;
  private final Journal journal;
  private final BooleanSupplier noServer;
  private final IntSupplier full;
  private final IntSupplier waiting;
  private final LongSupplier nanos;
  private final Executor executor;
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile boolean begun;
  private volatile boolean told;
  private volatile long toldNanos;
  private volatile boolean held;
  private volatile long heldNanos;
  private volatile long heldSinceNanos;

  /** Reports by the system's clock, on threads of their own; see the constructor. */
  public static DemandReports of(
      ZoneId zone,
      Journal journal,
      BooleanSupplier noServer,
      IntSupplier full,
      IntSupplier waiting) {
    return new DemandReports(
        zone, journal, noServer, full, waiting, System::nanoTime, Thread::startVirtualThread);
  }

  /**
   * Reports of one zone.
   *
   * @param zone the zone that is to be woken
   * @param journal where that is written
   * @param noServer whether it is known that there is no server: one of which nobody has told yet
   *     need not be woken, and that there is none would not be true
   * @param full how many servers requests wait for that could have more, if they were let; 0: none,
   *     or servers may have any number
   * @param waiting counts the waiting requests; may block
   * @param nanos time in nanoseconds that never goes back
   * @param executor does what may block
   */
  DemandReports(
      ZoneId zone,
      Journal journal,
      BooleanSupplier noServer,
      IntSupplier full,
      IntSupplier waiting,
      LongSupplier nanos,
      Executor executor) {
    this.zone = zone;
    this.journal = journal;
    this.noServer = noServer;
    this.full = full;
    this.waiting = waiting;
    this.nanos = nanos;
    this.executor = executor;
  }

  /** From here on waiting requests can be counted; before, nothing is said. */
  public void begin() {
    begun = true;
  }

  /** A request waits; from any thread, never blocks. */
  public void held() {
    if (!begun) {
      return;
    }
    long now = nanos.getAsLong();
    if (!held || now - heldNanos > EVERY.toNanos()) {
      heldSinceNanos = now;
    }
    held = true;
    heldNanos = now;
    boolean due = !told || now - toldNanos >= EVERY.toNanos();
    if (!due) {
      return;
    }
    boolean none = noServer.getAsBoolean();
    int servers = none || now - heldSinceNanos < EVERY.toNanos() ? 0 : full.getAsInt();
    if ((none || servers > 0) && telling.compareAndSet(false, true)) {
      executor.execute(() -> tell(servers));
    }
  }

  private void tell(int servers) {
    try {
      Optional<Integer> behind = servers == 0 ? Optional.empty() : Optional.of(servers);
      journal.record(new RequestsWaiting(zone, Instant.now(), waiting.getAsInt(), behind));
      toldNanos = nanos.getAsLong();
      told = true;
    } finally {
      telling.set(false);
    }
  }
}
