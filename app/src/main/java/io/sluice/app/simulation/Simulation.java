package io.sluice.app.simulation;

import io.sluice.app.load.Load;

/**
 * The curves of the situations.
 *
 * <pre>
 *   75 ┤          ~~~~~~~~~  high-cpu: about 5 points a second, then 70 to 75
 *   50 ┤╲       ╱
 *   30 ┤  ╲   ╱
 *   20 ┤~~~~╳~~~~~~~~~~~~~~  low-cpu: 20 to 30
 *   10 ┤      ╲
 *    1 ┤       ~~~~~~~~~~~~  scale-down: about 5 points a second, then 1 to 10
 *      └──────────┬──────── seconds
 *                 10
 * </pre>
 *
 * <p>After its climb or fall a curve wanders smoothly through its band: random heights, drawn from
 * the seed, stand {@value #KNOT_SECONDS} seconds apart and are joined by straight lines.
 */
public final class Simulation {
  private static final int KNOT_SECONDS = 4;
  private static final double POINTS_PER_SECOND = 5;

  private static final double LOW_START = 20;
  private static final double LOW_MAX = 30;
  private static final double HIGH_START = 20;
  private static final double HIGH_MIN = 70;
  private static final double HIGH_MAX = 75;
  private static final double DOWN_START = 50;
  private static final double DOWN_MIN = 1;
  private static final double DOWN_MAX = 10;

  /** Keeps a climb from looking drawn with a ruler; less than half a step, so it never turns. */
  private static final double ROUGHNESS = 2;

  private Simulation() {}

  /**
   * The load to show: the real one, or the real one with the situation's processor use. The
   * graphics processor follows the same curve, since some fleets scale on it.
   *
   * @param real what was measured
   * @param seconds whole seconds since the situation began, 0 or more
   * @param seed chooses one of many curves; the same seed gives the same curve
   */
  public static Load shown(Load real, Situation situation, long seconds, long seed) {
    return switch (situation) {
      case REAL -> real;
      case HIGH_CPU -> real.withProcessors(highCpu(seconds, seed));
      case LOW_CPU -> real.withProcessors(lowCpu(seconds, seed));
      case SCALE_DOWN -> real.withProcessors(scaleDown(seconds, seed));
    };
  }

  private static double highCpu(long seconds, long seed) {
    double climb = HIGH_START + POINTS_PER_SECOND * seconds;
    if (climb < HIGH_MIN) {
      return seconds == 0 ? HIGH_START : climb + ROUGHNESS * height(seed, seconds);
    }
    return HIGH_MIN + (HIGH_MAX - HIGH_MIN) * wander(seed, seconds);
  }

  private static double lowCpu(long seconds, long seed) {
    double opening = Math.min(1.0, seconds / (double) KNOT_SECONDS);
    return LOW_START + (LOW_MAX - LOW_START) * opening * wander(seed, seconds);
  }

  private static double scaleDown(long seconds, long seed) {
    double fall = DOWN_START - POINTS_PER_SECOND * seconds;
    if (fall > DOWN_MAX) {
      return seconds == 0 ? DOWN_START : fall - ROUGHNESS * height(seed, seconds);
    }
    return DOWN_MIN + (DOWN_MAX - DOWN_MIN) * wander(seed, seconds);
  }

  /** A height from 0 to 1 on the line between the two knots around the second. */
  private static double wander(long seed, long seconds) {
    long knot = seconds / KNOT_SECONDS;
    double along = seconds % KNOT_SECONDS / (double) KNOT_SECONDS;
    return (1 - along) * height(seed, knot) + along * height(seed, knot + 1);
  }

  /** A number from 0 (included) to 1 (excluded) that looks random: the mixer of SplitMix64. */
  private static double height(long seed, long index) {
    long mixed = seed + (index + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return ((mixed ^ (mixed >>> 31)) >>> 11) * 0x1.0p-53;
  }
}
