package io.sluice.balancer.pick;

import java.util.OptionalInt;

/**
 * Requests of one key go to one server, and when a server comes or goes only its share moves:
 * weighted rendezvous hashing (Thaler and Ravishankar 1996; Schindelhauer and Schomaker 2005).
 * Costs a hash per server and request, and needs no memory.
 */
public final class ConsistentHash implements Pick {
  private static final double TWO_TO_53 = 0x1.0p53;

  @Override
  public OptionalInt choose(Candidates candidates) {
    int best = -1;
    double bestScore = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.open(i)) {
        long hash = mix(candidates.key() ^ mix(candidates.identity(i)));
        double unit = ((hash >>> 11) + 0.5) / TWO_TO_53;
        double score = -candidates.weight(i) / Math.log(unit);
        if (best < 0 || score > bestScore) {
          best = i;
          bestScore = score;
        }
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  /** Spreads bits: the finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  public static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
