package io.sluice.balancer.report;

import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Tells the journal that requests wait in vain: at once when the first one does, and again every
 * second while any does, so that a zone without servers is woken, also if the first word was lost.
 */
public final class DemandReports {
  /** How often it is said again. */
  static final Duration EVERY = Duration.ofSeconds(1);

  private final ZoneId zone;
  private final Journal journal;
  private final BooleanSupplier noServer;
  private final IntSupplier waiting;
  private final LongSupplier nanos;
  private final Executor executor;
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile boolean begun;
  private volatile boolean told;
  private volatile long toldNanos;

  /** Reports by the system's clock, on threads of their own; see the constructor. */
  public static DemandReports of(
      ZoneId zone, Journal journal, BooleanSupplier noServer, IntSupplier waiting) {
    return new DemandReports(
        zone, journal, noServer, waiting, System::nanoTime, Thread::startVirtualThread);
  }

  /**
   * Reports of one zone.
   *
   * @param zone the zone that is to be woken
   * @param journal where that is written
   * @param noServer whether it is known that there is no server: one of which nobody has told yet
   *     need not be woken, and that there is none would not be true
   * @param waiting counts the waiting requests; may block
   * @param nanos time in nanoseconds that never goes back
   * @param executor does what may block
   */
  DemandReports(
      ZoneId zone,
      Journal journal,
      BooleanSupplier noServer,
      IntSupplier waiting,
      LongSupplier nanos,
      Executor executor) {
    this.zone = zone;
    this.journal = journal;
    this.noServer = noServer;
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
    boolean due = !told || nanos.getAsLong() - toldNanos >= EVERY.toNanos();
    if (due && noServer.getAsBoolean() && telling.compareAndSet(false, true)) {
      executor.execute(this::tell);
    }
  }

  private void tell() {
    try {
      journal.record(new RequestsWaiting(zone, Instant.now(), waiting.getAsInt()));
      toldNanos = nanos.getAsLong();
      told = true;
    } finally {
      telling.set(false);
    }
  }
}
