package io.sluice.topology.whatif;

import io.sluice.topology.forecast.ForecastError;
import java.time.Duration;
import java.util.Optional;

/**
 * Adds up what a course was like. In each second: demand D, capacity of a server C, ready servers
 * n.
 *
 * <pre>
 *   load            100 · D / (n · C)       not capped: 250 is two and a half times too much
 *   over target     load > target, or D > 0 and n = 0
 *   unserved        max(0, D − n · C)
 *   action          the wanted number differs from that of the second before
 *   flap            an action the other way than the action before, at most ten minutes after it
 * </pre>
 */
final class Score {
  /** An action this soon after its opposite undid it: the load had not changed for good. */
  static final Duration FLAP_WITHIN = Duration.ofMinutes(10);

  private static final double PERCENT = 100;
  private static final double SECONDS_PER_HOUR = 3_600;

  private final double capacity;
  private final double target;

  private long seconds;
  private long serverSeconds;
  private long secondsOverTarget;
  private double worstLoad;
  private double demanded;
  private double unserved;
  private int least = Integer.MAX_VALUE;
  private int most;
  private int wanted;
  private int actions;
  private int flaps;
  private long lastAction = Long.MIN_VALUE;
  private int lastChange;

  /**
   * Nothing yet.
   *
   * @param capacity how much of the demand one server can do
   * @param target the load that is not to be exceeded, in percent
   * @param wanted how many servers are wanted before the first second
   */
  Score(double capacity, double target, int wanted) {
    this.capacity = capacity;
    this.target = target;
    this.wanted = wanted;
  }

  /** The load of so many ready servers, in percent, not capped; infinite if there is none. */
  double load(double demand, int ready) {
    return demand == 0 ? 0 : PERCENT * demand / (ready * capacity);
  }

  /** Adds a second that the course is in. */
  void add(long second, double demand, Course course) {
    int ready = course.ready();
    double load = load(demand, ready);
    seconds++;
    serverSeconds += course.running();
    secondsOverTarget += load > target ? 1 : 0;
    worstLoad = ready == 0 ? worstLoad : Math.max(worstLoad, load);
    demanded += demand;
    unserved += Math.max(0, demand - ready * capacity);
    least = Math.min(least, ready);
    most = Math.max(most, ready);
    if (course.wanted() != wanted) {
      act(second, Integer.signum(course.wanted() - wanted));
      wanted = course.wanted();
    }
  }

  private void act(long second, int change) {
    actions++;
    boolean soon = actions > 1 && second - lastAction <= FLAP_WITHIN.toSeconds();
    flaps += soon && change != lastChange ? 1 : 0;
    lastAction = second;
    lastChange = change;
  }

  /** What it adds up to. */
  Outcome outcome(String name, Optional<ForecastError> forecastError) {
    return new Outcome(
        name,
        serverSeconds / SECONDS_PER_HOUR,
        seconds == 0 ? 0 : (double) secondsOverTarget / seconds,
        worstLoad,
        demanded == 0 ? 0 : unserved / demanded,
        actions,
        flaps,
        seconds == 0 ? 0 : least,
        most,
        forecastError);
  }
}
