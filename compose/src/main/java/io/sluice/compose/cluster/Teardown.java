package io.sluice.compose.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, to be closed in the reverse order; a failure does not keep the rest. */
final class Teardown implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);

  private final Deque<Step> steps = new ArrayDeque<>();

  /** Remembers something that is to be closed. */
  <T extends AutoCloseable> T add(String name, T started) {
    steps.push(new Step(name, started));
    return started;
  }

  @Override
  public void close() {
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      long begin = System.nanoTime();
      try {
        step.started().close();
        LOG.info("closed {} in {} ms", step.name(), (System.nanoTime() - begin) / 1_000_000);
      } catch (Exception failed) {
        // Whatever it is, the rest must still be closed; the log has it for whoever wonders.
        LOG.error("closing {} failed", step.name(), failed);
      }
    }
  }

  private record Step(String name, AutoCloseable started) {}
}
