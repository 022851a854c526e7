package io.sluice.app.process;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Uses processor time on demand, on as many threads as there are processors, so that more demand
 * than processors waits in a bounded queue. The threads are platform threads, since only those know
 * the processor time they used, and exist only while there is work.
 */
public final class Burner implements AutoCloseable {
  private static final int ROUNDS_BETWEEN_CHECKS = 2_000;
  private static final long IDLE_SECONDS_MAX = 5;

  private final ThreadPoolExecutor threads;

  /**
   * A burner without threads yet.
   *
   * @param processors most demands served at once, 1 or more
   * @param waitingMax most demands that wait, 0 or more
   */
  public Burner(int processors, int waitingMax) {
    BlockingQueue<Runnable> waiting =
        waitingMax == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(waitingMax);
    this.threads =
        new ThreadPoolExecutor(
            processors,
            processors,
            IDLE_SECONDS_MAX,
            TimeUnit.SECONDS,
            waiting,
            Thread.ofPlatform().name("work-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * What was burnt.
   *
   * @param cpuNanos processor time used, in nanoseconds; less than was asked for if it ended early
   * @param checksum what was computed; it is part of the result so that no compiler drops the work
   */
  public record Burnt(long cpuNanos, long checksum) {}

  /**
   * Begins to use this much processor time.
   *
   * @return empty if too many demands wait already; a cancelled future ends its work early
   */
  public Optional<Future<Burnt>> burn(Duration cpuTime) {
    try {
      return Optional.of(threads.submit(() -> use(cpuTime.toNanos())));
    } catch (RejectedExecutionException full) {
      return Optional.empty();
    }
  }

  /** Ends all work early, and cancels what waits. */
  @Override
  public void close() {
    for (Runnable waiting : threads.shutdownNow()) {
      if (waiting instanceof Future<?> future) {
        future.cancel(false);
      }
    }
  }

  private static Burnt use(long cpuNanosWanted) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long begin = clock.getCurrentThreadCpuTime();
    long used = 0;
    long state = begin;
    while (used < cpuNanosWanted && !Thread.currentThread().isInterrupted()) {
      for (int i = 0; i < ROUNDS_BETWEEN_CHECKS; i++) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
      }
      used = clock.getCurrentThreadCpuTime() - begin;
    }
    return new Burnt(used, state);
  }
}
