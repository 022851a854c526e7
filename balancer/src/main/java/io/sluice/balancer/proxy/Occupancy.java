package io.sluice.balancer.proxy;

import io.sluice.balancer.pool.Target;
import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all loops together have: clients' connections, requests that wait, and, where it is limited,
 * requests under way to each server. Limits are the process's, not a loop's.
 */
final class Occupancy {
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Map<Place, AtomicInteger> underWay = new ConcurrentHashMap<>();
  private final List<Runnable> wakers = new CopyOnWriteArrayList<>();

  /** A server where it is: what stays the same while its weight changes. */
  private record Place(ServerId server, URI address) {
    static Place of(Target target) {
      return new Place(target.server(), target.address());
    }
  }

  /** Open connections of clients. */
  AtomicInteger clients() {
    return clients;
  }

  /** Requests that wait for a server. */
  int waiting() {
    return waiting.get();
  }

  /** One more request waits; false if that are too many. */
  boolean enterQueue(int max) {
    boolean room = waiting.incrementAndGet() <= max;
    if (!room) {
      waiting.decrementAndGet();
    }
    return room;
  }

  void leaveQueue() {
    waiting.decrementAndGet();
  }

  /** Requests that are under way to the target, over all loops. */
  AtomicInteger underWay(Target target) {
    return underWay.computeIfAbsent(Place.of(target), _ -> new AtomicInteger());
  }

  /** The target is gone; who is still under way to it keeps its counter. */
  void forget(Target target) {
    underWay.remove(Place.of(target));
  }

  /** Runs this, on whatever thread, when a server can take one more while requests wait. */
  void whenRoomIsMade(Runnable waker) {
    wakers.add(waker);
  }

  /** No longer runs this. */
  void forget(Runnable waker) {
    wakers.remove(waker);
  }

  /** A server can take one more. */
  void roomMade() {
    if (waiting.get() > 0) {
      wakers.forEach(Runnable::run);
    }
  }
}
