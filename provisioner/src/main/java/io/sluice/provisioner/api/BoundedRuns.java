package io.sluice.provisioner.api;

import io.helidon.http.Status;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work that takes seconds, away from the threads that answer calls. Only so many runs go on at
 * once: a further one is refused at once instead of waiting, and one that takes too long is
 * interrupted and given up.
 */
final class BoundedRuns implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final Places places;
  private final Duration deadline;

  // Threads of their own, and not virtual ones: a fold never pauses, and would hold up the
  // carriers that calls are answered on.
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("history-", 0).factory());

  /**
   * Bounds for runs.
   *
   * @param places how many go on at once, and of whom
   * @param deadline how long one may take
   */
  BoundedRuns(Places places, Duration deadline) {
    this.places = places;
    this.deadline = deadline;
  }

  /**
   * Runs something and gives its result.
   *
   * @throws Refusal if too many run, or it takes too long
   */
  <T> T run(Caller caller, Callable<T> work) {
    Places.Place place =
        places
            .take(caller)
            .orElseThrow(() ->
                Refusal.later(
                    Status.TOO_MANY_REQUESTS_429,
                    "as many questions about history as may run are running: expected " + places,
                    RETRY_AFTER));
    return await(begin(place, work));
  }

  /** Gives the place back when the work has really ended, and not when nobody waits any more. */
  private <T> Future<T> begin(Places.Place place, Callable<T> work) {
    boolean begun = false;
    try {
      Future<T> run =
          threads.submit(() -> {
            try {
              return work.call();
            } finally {
              place.close();
            }
          });
      begun = true;
      return run;
    } finally {
      if (!begun) {
        place.close();
      }
    }
  }

  private <T> T await(Future<T> run) {
    try {
      return run.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      run.cancel(true);
      throw Refusal.later(
          Status.SERVICE_UNAVAILABLE_503,
          "not found out within %d s, and given up".formatted(deadline.toSeconds()),
          RETRY_AFTER);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException unexpected) {
        throw unexpected;
      }
      throw new IllegalStateException("history could not be read", failed.getCause());
    } catch (InterruptedException interrupted) {
      run.cancel(true);
      Thread.currentThread().interrupt();
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the monitor is closed");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
