package io.sluice.gate;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what takes too long: neither a write to a client nor anything on an engine's socket has a
 * time-out of its own.
 */
final class Alarms implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("alarms").daemon().factory());

  Alarms() {
    clock.setRemoveOnCancelPolicy(true);
  }

  /** What goes off unless it is closed in time. */
  interface Alarm extends AutoCloseable {
    /** Whether it has gone off. */
    boolean rang();

    @Override
    void close();
  }

  /** Closes the victim after this time, unless the alarm is closed before. */
  Alarm in(Duration time, Closeable victim) {
    Ringing ringing = new Ringing(victim);
    var scheduled = clock.schedule(ringing, time.toMillis(), TimeUnit.MILLISECONDS);
    return new Alarm() {
      @Override
      public boolean rang() {
        return ringing.rang;
      }

      @Override
      public void close() {
        scheduled.cancel(false);
      }
    };
  }

  /** What happens when an alarm goes off. */
  private static final class Ringing implements Runnable {
    private final Closeable victim;
    private volatile boolean rang;

    Ringing(Closeable victim) {
      this.victim = victim;
    }

    @Override
    public void run() {
      rang = true;
      try {
        victim.close();
      } catch (IOException failed) {
        LOG.debug("what took too long could not be closed", failed);
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
