package io.sluice.balancer.proxy;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The requests of one loop that wait for a server, because there is none at the moment: a zone that
 * starts its first one, one whose only server died, or one whose servers all have as much as they
 * may. Bounded in number and, by {@link ProxyTimeouts#hold}, in time; whoever finds no place is
 * told at once. Who came first is served first, also if a try in between was in vain.
 */
final class Waiting {
  /**
   * A request that waits.
   *
   * @param tries whose it is
   * @param number the try that it waits for
   */
  private record Place(Tries tries, long number) implements Comparable<Place> {
    boolean current() {
      return tries.current(number);
    }

    @Override
    public int compareTo(Place other) {
      return Long.compare(tries.arrival(), other.tries.arrival());
    }
  }

  private final Loop loop;
  private final int max;
  private final PriorityQueue<Place> places = new PriorityQueue<>();
  private boolean ticking;
  private boolean serving;

  Waiting(Loop loop) {
    this.loop = loop;
    int loops = loop.config().loops();
    this.max = (loop.config().balancing().waitingMax() + loops - 1) / loops;
  }

  /** How many wait; may be read on the loop only. */
  int size() {
    places.removeIf(place -> !place.current());
    return places.size();
  }

  /**
   * Takes a place, if there is one.
   *
   * @return whether there was
   */
  boolean enter(Tries tries, long number) {
    if (places.size() >= max && size() >= max) {
      return false;
    }
    places.add(new Place(tries, number));
    loop.observations().held();
    tick();
    return true;
  }

  private void tick() {
    if (!ticking) {
      ticking = true;
      long pauseMillis = loop.config().timeouts().retryPause().toMillis();
      var _ =
          loop.eventLoop()
              .schedule(
                  () -> {
                    ticking = false;
                    serve(true);
                  },
                  pauseMillis,
                  TimeUnit.MILLISECONDS);
    }
  }

  /** A server can take one more, perhaps. */
  void roomMade() {
    if (!places.isEmpty() && !serving) {
      serve(false);
    }
  }

  /**
   * Lets go whoever can be served, or has waited long enough, in the order in which they came.
   *
   * @param pauseOver whether those whose last try was in vain may try again
   */
  private void serve(boolean pauseOver) {
    serving = true;
    int left = places.size();
    PriorityQueue<Place> stay = new PriorityQueue<>();
    while (left-- > 0) {
      Place first = places.remove();
      if (first.current() && !first.tries().resume(pauseOver)) {
        stay.add(first);
      }
    }
    places.addAll(stay);
    serving = false;
    if (!places.isEmpty()) {
      loop.observations().held();
      tick();
    }
  }
}
