package io.sluice.balancer.proxy;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one loop that wait for a server, because there is none at the moment: a zone that
 * starts its first one, one whose only server died or refuses, or one whose servers all have as
 * much as they may. Bounded in number over all loops and, by {@link ProxyTimeouts#hold}, in time;
 * whoever finds no place is told at once. Who came first is served first, also if a try in between
 * was in vain.
 *
 * <p>All of them want the same, any server: if there is none for the first, there is none for the
 * others, so that a request that ends costs a look at one of those that wait, not at all. Nobody is
 * served inside of what another request does, but in a turn of its own.
 */
final class Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

  private final Loop loop;
  private final Occupancy occupancy;
  private final TreeMap<Long, Tries> queue = new TreeMap<>();
  private final Runnable waker;
  private long arrivals;
  private boolean ticking;

  /** How many stand in the queue; read by other loops, too. */
  private volatile int standing;

  private final AtomicBoolean turning = new AtomicBoolean();

  Waiting(Loop loop, Occupancy occupancy) {
    this.loop = loop;
    this.occupancy = occupancy;
    this.waker = this::roomMade;
    occupancy.whenRoomIsMade(waker);
  }

  /** Nobody will wait here any more. */
  void close() {
    occupancy.forget(waker);
  }

  /** Whether nobody stands in the queue. */
  boolean isEmpty() {
    return queue.isEmpty();
  }

  /**
   * Takes a place, or goes back to the one that it had, if there is one.
   *
   * @return whether there was
   */
  boolean enter(Tries tries) {
    if (!tries.waits()) {
      if (!occupancy.enterQueue(loop.config().balancing().waitingMax())) {
        return false;
      }
      tries.waits(true);
    }
    if (tries.arrival() == 0) {
      tries.arrive(++arrivals);
    }
    queue.put(tries.arrival(), tries);
    standing = queue.size();
    tick();
    loop.observations().held();
    return true;
  }

  /** The request waits no more, if it did. */
  void leave(Tries tries) {
    if (tries.waits()) {
      tries.waits(false);
      queue.remove(tries.arrival());
      standing = queue.size();
      occupancy.leaveQueue();
    }
  }

  private void tick() {
    if (!ticking) {
      ticking = true;
      long pauseMillis = loop.config().timeouts().retryPause().toMillis();
      Runnable turn =
          () -> {
            ticking = false;
            serve();
          };
      var _ = loop.eventLoop().schedule(turn, pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * A server can take one more, perhaps. Said on any thread, for each request that ends: only a
   * loop that has somebody waiting is woken, and once for all that end until it has its turn.
   */
  void roomMade() {
    if (standing > 0 && turning.compareAndSet(false, true)) {
      Runnable turn =
          () -> {
            turning.set(false);
            serve();
          };
      loop.eventLoop().execute(turn);
    }
  }

  /** Lets go whoever can be served, or has waited long enough, in the order in which they came. */
  private void serve() {
    boolean served = true;
    while (served && !queue.isEmpty()) {
      Map.Entry<Long, Tries> first = queue.pollFirstEntry();
      if (!resumed(first.getValue())) {
        queue.put(first.getKey(), first.getValue());
      }
      served = !queue.containsKey(first.getKey());
    }
    standing = queue.size();
    if (!queue.isEmpty()) {
      tick();
      loop.observations().held();
    }
  }

  private static boolean resumed(Tries first) {
    try {
      return first.resume();
    } catch (RuntimeException fault) {
      LOG.error("a waiting request failed by a fault of our own", fault);
      first.abandon();
      return true;
    }
  }
}
