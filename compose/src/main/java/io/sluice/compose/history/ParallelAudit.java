package io.sluice.compose.history;

import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An audit of the parts of a history beside one another, as many at once as there are processors: a
 * zone lies in one partition with all its facts and all its commands, so that no part needs to know
 * of another.
 */
public final class ParallelAudit {
  private ParallelAudit() {}

  /**
   * Audits a whole history, or what came after a moment.
   *
   * @param since the moment; empty: the beginning
   * @param complete whether nothing can be pending: the last facts were decided on
   */
  public static Verdict of(History history, Optional<Instant> since, boolean complete) {
    List<Passage> parts = history.parts();
    Map<ZoneId, Audit.Start> starts =
        since.map(time -> Audit.starts(history, time)).orElse(Map.of());
    Instant from = starts.isEmpty() ? Instant.MIN : since.orElse(Instant.MIN);
    int threads = Math.min(parts.size(), Runtime.getRuntime().availableProcessors());
    try (ExecutorService workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("audit-", 0).factory())) {
      List<Future<Verdict>> runs =
          parts.stream()
              .map(part ->
                  workers.submit(() -> Audit.from(starts).run(history, part.from(from), complete)))
              .toList();
      List<Verdict> verdicts = new ArrayList<>();
      try {
        for (Future<Verdict> run : runs) {
          verdicts.add(run.get());
          if (verdicts.getLast() instanceof Verdict.Difference) {
            break;
          }
        }
      } catch (ExecutionException failed) {
        throw failed.getCause() instanceof RuntimeException known
            ? known
            : new IllegalStateException("the audit failed", failed.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new HistoryException("interrupted while auditing", interrupted);
      } finally {
        workers.shutdownNow();
      }
      return Verdict.of(verdicts);
    }
  }
}
