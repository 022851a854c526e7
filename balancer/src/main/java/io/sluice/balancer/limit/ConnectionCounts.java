package io.sluice.balancer.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many connections each client has open. Takes as much memory as there are clients with one, of
 * which there can't be more than connections. Any thread may count.
 */
public final class ConnectionCounts {
  private final ConcurrentMap<Long, Integer> open = new ConcurrentHashMap<>();

  /**
   * The client opens one more.
   *
   * @param client by {@link ClientKey}
   * @param max how many it may have, at least 1
   * @return false if it has as many already
   */
  public boolean enter(long client, int max) {
    boolean[] entered = new boolean[1];
    open.compute(
        client,
        (_, present) -> {
          int before = present == null ? 0 : present;
          entered[0] = before < max;
          return entered[0] ? before + 1 : present;
        });
    return entered[0];
  }

  /** One that had entered is closed. */
  public void leave(long client) {
    open.computeIfPresent(client, (_, present) -> present == 1 ? null : present - 1);
  }

  /** How many clients have one open. */
  public int clients() {
    return open.size();
  }
}
