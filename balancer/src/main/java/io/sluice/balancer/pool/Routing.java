package io.sluice.balancer.pool;

import io.sluice.schemas.id.ServerId;
import java.util.List;
import java.util.Set;

/**
 * Where requests may go right now: an immutable snapshot that the data path reads without locks.
 *
 * @param alive the servers that take requests, in the order of their ids
 * @param ejected those that failed requests in a row, but can be reached: asked when nobody alive
 *     is left, and what they have they keep
 * @param disconnected those that are being retried: asked last, since an answer from one that is
 *     back beats a certain 503
 * @param hanging which of the disconnected ones left their check without an answer: whoever waits
 *     for one may wait in vain. One that refuses is none of them: it may be stopping, and ends what
 *     it has
 */
public record Routing(
    List<Target> alive, List<Target> ejected, List<Target> disconnected, Set<ServerId> hanging) {
  /** Nobody. */
  public static final Routing EMPTY = new Routing(List.of(), List.of());

  /** Copies the collections. */
  public Routing {
    alive = List.copyOf(alive);
    ejected = List.copyOf(ejected);
    disconnected = List.copyOf(disconnected);
    hanging = Set.copyOf(hanging);
  }

  /** Nobody is ejected, and nobody hangs. */
  public Routing(List<Target> alive, List<Target> disconnected) {
    this(alive, List.of(), disconnected, Set.of());
  }

  /** Whether there is a server at all, in whatever state. */
  public boolean any() {
    return !alive.isEmpty() || !ejected.isEmpty() || !disconnected.isEmpty();
  }
}
