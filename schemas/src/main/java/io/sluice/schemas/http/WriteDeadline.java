package io.sluice.schemas.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Cuts the connection of a client that does not read: a write that takes longer than it may is
 * interrupted, which closes the socket under it.
 */
public final class WriteDeadline implements AutoCloseable {
  /** To say in order that a stream ends. */
  private static final Duration CLOSE_GRACE = Duration.ofMillis(100);

  private final Duration max;
  private final Set<Write> writes = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("write-deadlines").factory());

  private volatile boolean closed;

  /**
   * A deadline.
   *
   * @param max how long one write may take
   */
  public WriteDeadline(Duration max) {
    this.max = max;
    timer.setRemoveOnCancelPolicy(true);
    // Nothing has to end it: without writes it has no thread.
    timer.setKeepAliveTime(max.toMillis(), TimeUnit.MILLISECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** Something that is written to a client. */
  @FunctionalInterface
  public interface Writing {
    /**
     * Writes.
     *
     * @throws IOException if the client is gone
     */
    void run() throws IOException;
  }

  /**
   * Writes on this thread, which must be a virtual one.
   *
   * @throws IOException if the client is gone, or did not read in time
   */
  public void write(Writing writing) throws IOException {
    Write write = new Write(Thread.currentThread());
    writes.add(write);
    Duration within = closed ? CLOSE_GRACE : max;
    Future<?> due = timer.schedule(write::cut, within.toMillis(), TimeUnit.MILLISECONDS);
    try {
      writing.run();
    } finally {
      due.cancel(false);
      writes.remove(write);
      write.end();
    }
    if (write.cut) {
      throw new IOException("it did not read for " + max);
    }
  }

  /** One write, which is cut or ends, whichever comes first. */
  private static final class Write {
    private final Thread thread;
    private boolean over;
    private boolean cut;

    private Write(Thread thread) {
      this.thread = thread;
    }

    private synchronized void cut() {
      if (!over) {
        cut = true;
        thread.interrupt();
      }
    }

    /** The interruption was meant for the write alone. */
    private synchronized void end() {
      over = true;
      if (cut) {
        var _ = Thread.interrupted();
      }
    }
  }

  /** Cuts every write that is going on; those that begin later have to be short. */
  @Override
  public void close() {
    closed = true;
    writes.forEach(Write::cut);
  }
}
