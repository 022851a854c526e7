package io.sluice.balancer.proxy;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a loop does to one of its clients after the other. A fault of our own that one of them
 * brings up is that one's alone: thrown on, it would take from all others what is done for them,
 * and a task that is repeated would never be run again.
 */
final class OneByOne {
  private static final Logger LOG = LoggerFactory.getLogger(OneByOne.class);

  private OneByOne() {}

  /** Does this to each of them; one by which it fails is reset. */
  static <C extends Client> void each(List<C> clients, Consumer<C> action) {
    each(clients, action, Client::reset);
  }

  /** Does this to each of them; to one by which it fails, that. */
  static <C> void each(List<C> those, Consumer<C> action, Consumer<? super C> ifFailed) {
    for (C one : those) {
      try {
        action.accept(one);
      } catch (RuntimeException | Error fault) {
        LOG.error("a client is cut off by a fault of our own", fault);
        logged(() -> ifFailed.accept(one));
      }
    }
  }

  /** Does this; a fault is written to the log. */
  static void logged(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error fault) {
      LOG.error("a loop goes on after a fault of our own", fault);
    }
  }
}
