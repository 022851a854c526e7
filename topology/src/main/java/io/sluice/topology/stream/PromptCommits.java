package io.sluice.topology.stream;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Asks for a commit as soon as something was written that the next step waits for, rather than at
 * the end of the interval in which a thread commits by itself: from a report to a command there are
 * three steps. What comes in a burst is left to that interval, so that a transaction that takes
 * some milliseconds is never made for each record of it.
 *
 * <p>A thread has one transaction for all its tasks, hence one place to remember the last one.
 */
public final class PromptCommits {
  /** About as long as a transaction takes on a broker beside it. */
  static final Duration PAUSE = Duration.ofMillis(10);

  private final ThreadLocal<Long> asked = ThreadLocal.withInitial(() -> Long.MIN_VALUE / 2);

  /** Something was written with this context. */
  void written(ProcessorContext<?, ?> context) {
    long now = context.currentSystemTimeMs();
    long since = now - asked.get();
    // Negative: the clock was put back.
    if (since < 0 || since >= PAUSE.toMillis()) {
      asked.set(now);
      context.commit();
    }
  }
}
