package io.sluice.compose.cli;

import io.sluice.compose.cluster.ClusterException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a part until a signal ends the process, and closes it in order. */
final class Running {
  private static final long CLOSE_SECONDS_MAX = 30;

  private Running() {}

  /**
   * Says that the part runs, waits for a signal, and closes it.
   *
   * @param line says what runs where
   */
  static int untilSignal(AutoCloseable part, String line, Console console) throws Exception {
    return untilSignal(part, line, console, new CompletableFuture<>());
  }

  /**
   * The same, until another process has taken over.
   *
   * @param over completes then
   */
  static int untilSignal(
      AutoCloseable part, String line, Console console, CompletableFuture<Void> over)
      throws Exception {
    var told =
        over.thenRun(() -> {
          console.out().println("handed over");
          console.out().flush();
        });
    return untilSignalOr(told, part, line, console);
  }

  /**
   * The same, until its part of the work fails: whoever watches the process starts it again.
   *
   * @param failure completes with the fault then
   */
  static int untilSignalOrFailure(
      CompletionStage<Throwable> failure, AutoCloseable part, String line, Console console)
      throws Exception {
    AtomicInteger code = new AtomicInteger(ExitCode.OK);
    var told =
        failure.thenAccept(fault -> {
          boolean refused = fault instanceof ClusterException;
          code.set(refused ? ExitCode.REFUSED : ExitCode.FAILED);
          console
              .err()
              .println(refused ? "sluice: " + fault.getMessage() : "ended by a fault: " + fault);
          console.err().flush();
        });
    return Math.max(untilSignalOr(told, part, line, console), code.get());
  }

  private static int untilSignalOr(
      CompletionStage<Void> over, AutoCloseable part, String line, Console console)
      throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> {
                  stop.countDown();
                  awaitEnd(stopped);
                }));
    try (part) {
      console.out().println(line);
      console.out().flush();
      var _ = over.thenRun(stop::countDown);
      stop.await();
    } finally {
      stopped.countDown();
    }
    return ExitCode.OK;
  }

  private static void awaitEnd(CountDownLatch stopped) {
    try {
      var _ = stopped.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
