package io.sluice.balancer.proxy;

import io.netty.util.concurrent.EventExecutor;
import io.sluice.balancer.access.AccessLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loops that go by one configuration, one for each thread. When another one holds, they take no
 * more connections, end those that they have with their next response, and are gone with the last.
 */
record Generation(
    ProxyConfig config, List<Loop> loops, Optional<AccessLog> accessLog, ServerTls serverTls) {
  Generation {
    loops = List.copyOf(loops);
  }

  /** The loop of this thread. */
  Loop on(EventExecutor thread) {
    for (Loop loop : loops) {
      if (loop.eventLoop().equals(thread)) {
        return loop;
      }
    }
    throw new IllegalStateException("connection on a loop that is not ours");
  }

  /** Another one holds: runs this, on one of the loops, when the last connection has ended. */
  void retire(Runnable over) {
    AtomicInteger busy = new AtomicInteger(loops.size());
    Runnable loopOver =
        () -> {
          if (busy.decrementAndGet() == 0) {
            over.run();
          }
        };
    for (Loop loop : loops) {
      loop.eventLoop().submit(() -> loop.retire(loopOver)).awaitUninterruptibly();
    }
  }
}
