package io.sluice.balancer.pool;

import java.util.List;

/**
 * Where requests may go right now: an immutable snapshot that the data path reads without locks.
 *
 * @param alive the servers that take requests, in the order of their ids
 * @param disconnected the servers that are ejected or being retried, in this order: asked only when
 *     nobody alive is left, since an answer from one that is back beats a certain 503
 */
public record Routing(List<Target> alive, List<Target> disconnected) {
  /** Nobody. */
  public static final Routing EMPTY = new Routing(List.of(), List.of());

  /** Copies the lists. */
  public Routing {
    alive = List.copyOf(alive);
    disconnected = List.copyOf(disconnected);
  }

  /** Whether there is a server at all, in whatever state. */
  public boolean any() {
    return !alive.isEmpty() || !disconnected.isEmpty();
  }
}
