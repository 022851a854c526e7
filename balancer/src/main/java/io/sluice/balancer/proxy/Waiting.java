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
 * <p>Nearly all of them want the same, any server: if there is none for the first, there is none
 * for the others, so that a request that ends costs a look at one of those that wait, not at all.
 * Those that pass a server over, since they broke it, stand apart, and nobody waits behind them: it
 * is there for everybody else. Nobody is served inside of what another request does, but in a turn
 * of its own.
 */
final class Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

  /** At how many of those that pass servers over one turn looks, if it is no tick. */
  private static final int CHOOSY_LOOKS_MAX = 8;

  private final Loop loop;
  private final Occupancy occupancy;

  /** Those for whom any server will do. */
  private final TreeMap<Long, Tries> queue = new TreeMap<>();

  /** Those for whom not any will. */
  private final TreeMap<Long, Tries> choosy = new TreeMap<>();

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

  /** Whether somebody waits for whom any server will do. */
  boolean anyServerWillDo() {
    return !queue.isEmpty();
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
    (tries.choosy() ? choosy : queue).put(tries.arrival(), tries);
    count();
    tick();
    loop.observations().held();
    return true;
  }

  /** The request waits no more, if it did. */
  void leave(Tries tries) {
    if (tries.waits()) {
      tries.waits(false);
      queue.remove(tries.arrival());
      choosy.remove(tries.arrival());
      count();
      occupancy.leaveQueue();
    }
  }

  private void count() {
    standing = queue.size() + choosy.size();
  }

  private void tick() {
    if (!ticking) {
      ticking = true;
      long pauseMillis = loop.config().timeouts().retryPause().toMillis();
      Runnable turn =
          () -> {
            ticking = false;
            serve(Integer.MAX_VALUE);
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
            serve(CHOOSY_LOOKS_MAX);
          };
      loop.eventLoop().execute(turn);
    }
  }

  /**
   * Lets go whoever can be served, or has waited long enough, in the order in which they came;
   * first those that fewer servers suit.
   *
   * @param looksMax how many of these are looked at
   */
  private void serve(int looksMax) {
    for (long arrival : choosy.keySet().stream().limit(looksMax).toList()) {
      var _ = served(choosy, arrival);
    }
    boolean served = true;
    while (served && !queue.isEmpty()) {
      served = served(queue, queue.firstKey());
    }
    count();
    if (standing > 0) {
      tick();
      loop.observations().held();
    }
  }

  private static boolean served(Map<Long, Tries> among, long arrival) {
    Tries tries = among.remove(arrival);
    if (tries != null && !resumed(tries)) {
      among.put(arrival, tries);
    }
    return !among.containsKey(arrival);
  }

  private static boolean resumed(Tries first) {
    try {
      return first.resume();
    } catch (RuntimeException | Error fault) {
      LOG.error("a waiting request failed by a fault of our own", fault);
      first.abandon();
      return true;
    }
  }
}
