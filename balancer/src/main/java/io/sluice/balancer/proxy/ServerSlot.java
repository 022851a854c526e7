package io.sluice.balancer.proxy;

import io.sluice.balancer.pool.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one loop knows of one server: requests in flight and idle connections. */
final class ServerSlot {
  private final Target target;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final List<Runnable> whenEmpty = new ArrayList<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private boolean routable = true;

  ServerSlot(Target target) {
    this.target = target;
  }

  Target target() {
    return target;
  }

  /** Requests of this loop that are under way to the server; may be read by any thread. */
  int inFlight() {
    return inFlight.getOpaque();
  }

  void enter() {
    inFlight.setOpaque(inFlight.getPlain() + 1);
  }

  void leave() {
    int left = inFlight.getPlain() - 1;
    inFlight.setOpaque(left);
    if (left == 0 && !whenEmpty.isEmpty()) {
      List<Runnable> waiting = List.copyOf(whenEmpty);
      whenEmpty.clear();
      waiting.forEach(Runnable::run);
    }
  }

  /** Runs the action as soon as nothing is in flight, which may be now. */
  void whenEmpty(Runnable action) {
    if (inFlight.getPlain() == 0) {
      action.run();
    } else {
      whenEmpty.add(action);
    }
  }

  /** The server may be given requests: its connections are worth keeping. */
  void open() {
    routable = true;
  }

  /** The server gets no more requests: idle connections close, busy ones after their response. */
  void shut() {
    routable = false;
    while (!idle.isEmpty()) {
      idle.removeLast().close();
    }
  }

  boolean routable() {
    return routable;
  }

  /** The connection that was idle for the shortest time, if that is short enough. */
  @Nullable UpstreamConnection take(long idleSinceNanos) {
    UpstreamConnection freshest = idle.peekLast();
    boolean usable = freshest != null && freshest.idleSinceNanos() - idleSinceNanos >= 0;
    return usable ? idle.pollLast() : null;
  }

  /** Keeps an idle connection; false if there are too many or the server gets no more requests. */
  boolean keep(UpstreamConnection connection, int max) {
    if (!routable || idle.size() >= max) {
      return false;
    }
    idle.addLast(connection);
    return true;
  }

  void drop(UpstreamConnection connection) {
    idle.removeLastOccurrence(connection);
  }

  /** Closes connections that have been idle since before this time. */
  void expire(long idleSinceNanos) {
    UpstreamConnection oldest = idle.peekFirst();
    while (oldest != null && oldest.idleSinceNanos() - idleSinceNanos < 0) {
      idle.removeFirst().close();
      oldest = idle.peekFirst();
    }
  }

  /** Whether nothing is left to remember. */
  boolean forgettable() {
    return !routable && inFlight.getPlain() == 0;
  }
}
