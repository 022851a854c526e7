package io.sluice.app.live;

import io.sluice.app.simulation.Situation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** The situation that the server plays at this moment. Can be used by many threads. */
public final class CurrentSituation {
  private final LongSupplier nanoClock;
  private final LongSupplier seeds;
  private final AtomicReference<Run> run;

  /**
   * One playing of a situation.
   *
   * @param situation what is played
   * @param sinceNanos when it began, on the clock
   * @param seed chooses its curve
   */
  private record Run(Situation situation, long sinceNanos, long seed) {}

  /**
   * What is played, and how far it has come.
   *
   * @param situation what is played
   * @param elapsedSeconds whole seconds since it began
   * @param seed chooses its curve
   */
  public record Playing(Situation situation, long elapsedSeconds, long seed) {}

  /**
   * Starts with the real load.
   *
   * @param nanoClock a clock in nanoseconds that never goes back
   * @param seeds a new seed at every call
   */
  public CurrentSituation(LongSupplier nanoClock, LongSupplier seeds) {
    this.nanoClock = nanoClock;
    this.seeds = seeds;
    this.run = new AtomicReference<>(begun(Situation.REAL));
  }

  /** Begins to play the situation, from its first second even if it is played already. */
  public Playing play(Situation situation) {
    run.set(begun(situation));
    return playing();
  }

  /** What is played now. */
  public Playing playing() {
    Run current = run.get();
    long elapsedNanos = nanoClock.getAsLong() - current.sinceNanos();
    return new Playing(
        current.situation(),
        Math.max(0, Duration.ofNanos(elapsedNanos).toSeconds()),
        current.seed());
  }

  private Run begun(Situation situation) {
    return new Run(situation, nanoClock.getAsLong(), seeds.getAsLong());
  }
}
