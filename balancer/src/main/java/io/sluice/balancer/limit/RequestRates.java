package io.sluice.balancer.limit;

/**
 * Which client asks too often, in memory that does not grow. Each client is given back one request
 * in every interval; what is remembered of one is a single time (the generic cell rate algorithm):
 *
 * <pre>
 *   interval = 1 s ÷ perSecond            tolerance = (burst − 1) × interval
 *   due      = max(due, now)              when the client has all its requests back
 *   refused  if due − now &gt; tolerance     and may ask again after due − now − tolerance
 *   else     due = due + interval
 * </pre>
 *
 * <p>With 10 a second and a burst of 3: at once three requests are let through, which moves {@code
 * due} to now + 300 ms; the fourth is told to come again in 100 ms.
 *
 * <p>Whose {@code due} has passed is as good as never seen, so there is nothing to clean up. A
 * client has eight places that it can be remembered in; if they are all taken by clients that have
 * asked since, the one that is nearest to its due is forgotten, which lets it ask anew. So many
 * clients at once make the limit laxer, and never refuse one who kept to it. Any thread may ask.
 */
public final class RequestRates {
  private static final int WAYS = 8;
  private static final int LOCKS = 64;
  private static final double NANOS_PER_SECOND = 1e9;

  private final long intervalNanos;
  private final long toleranceNanos;
  private final long seed;
  private final long[] clients;
  private final long[] dueNanos;
  private final Object[] locks = new Object[LOCKS];

  /**
   * Nobody has asked yet.
   *
   * @param seed by chance, so that nobody can choose addresses that take each other's places
   * @param nowNanos the time, by a clock that never goes back
   */
  public RequestRates(ClientRate rate, long seed, long nowNanos) {
    this.intervalNanos = Math.max(1, Math.round(NANOS_PER_SECOND / rate.perSecond()));
    this.toleranceNanos = Math.multiplyExact(intervalNanos, rate.burst() - 1L);
    this.seed = seed;
    int places = Integer.highestOneBit(rate.clientsMax() - 1) << 1;
    this.clients = new long[places];
    this.dueNanos = new long[places];
    java.util.Arrays.fill(dueNanos, nowNanos);
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /**
   * The client asks once more.
   *
   * @param client by {@link ClientKey}
   * @return 0 if it may; else after how many nanoseconds it may
   */
  public long ask(long client, long nowNanos) {
    int set = (int) (mixed(client ^ seed) & (clients.length / WAYS - 1));
    synchronized (locks[set % LOCKS]) {
      int place = place(client, set * WAYS, nowNanos);
      boolean known = clients[place] == client && dueNanos[place] - nowNanos > 0;
      long due = known ? dueNanos[place] : nowNanos;
      long tooEarly = due - nowNanos - toleranceNanos;
      if (tooEarly > 0) {
        return tooEarly;
      }
      clients[place] = client;
      dueNanos[place] = due + intervalNanos;
      return 0;
    }
  }

  /** Where the client is remembered, or else the place that is missed least. */
  private int place(long client, int from, long nowNanos) {
    int soonest = from;
    for (int at = from; at < from + WAYS; at++) {
      if (clients[at] == client && dueNanos[at] - nowNanos > 0) {
        return at;
      }
      soonest = dueNanos[at] - dueNanos[soonest] < 0 ? at : soonest;
    }
    return soonest;
  }

  /** Each bit of the result depends on each bit of the value (the finalizer of MurmurHash3). */
  private static long mixed(long value) {
    long bits = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    bits = (bits ^ bits >>> 33) * 0xc4ceb9fe1a85ec53L;
    return bits ^ bits >>> 33;
  }
}
