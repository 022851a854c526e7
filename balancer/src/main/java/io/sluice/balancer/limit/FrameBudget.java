package io.sluice.balancer.limit;

/**
 * How much a connection of HTTP/2 may ask for that leads to nothing: pings, settings, priorities,
 * windows, empty frames, requests that are taken back at once. Each costs, time and work that leads
 * to something pay:
 *
 * <pre>
 *   left = min(1000, left + 100 × seconds passed + earned)
 *   over budget  if left &lt; cost,  else  left = left − cost
 * </pre>
 *
 * <p>A client that pings five times a second for ever never gets there; one that takes back each of
 * its requests (rapid reset, at 10 each) does with the hundredth. Belongs to one thread.
 */
public final class FrameBudget {
  /** The cost of a frame that is answered at once, or only kept. */
  public static final int FRAME_COST = 1;

  /** The cost of a request that is taken back, or is refused since there are too many. */
  public static final int REQUEST_COST = 10;

  private static final double MOST = 1000;
  private static final double PER_NANO = 100 / 1e9;

  private double left = MOST;
  private long refilledNanos;

  /** A whole budget. */
  public FrameBudget(long nowNanos) {
    refilledNanos = nowNanos;
  }

  /**
   * Takes the cost.
   *
   * @return false if there is too little left
   */
  public boolean spend(int cost, long nowNanos) {
    left = Math.min(MOST, left + (nowNanos - refilledNanos) * PER_NANO);
    refilledNanos = nowNanos;
    if (left < cost) {
      return false;
    }
    left -= cost;
    return true;
  }

  /** Something was done that such frames belong to. */
  public void earn(int amount) {
    left = Math.min(MOST, left + amount);
  }
}
