package io.sluice.topology.whatif;

import io.sluice.topology.forecast.ForecastError;
import java.util.Optional;

/** How a zone's fleet really went through its time, as its journal tells it. */
final class RecordedZone implements Course {
  private final Steps ready;
  private final Steps running;
  private final Steps wanted;
  private long second;

  /** What was recorded; it begins before this second of the epoch. */
  RecordedZone(Steps ready, Steps running, Steps wanted, long first) {
    this.ready = ready;
    this.running = running;
    this.wanted = wanted;
    this.second = first - 1;
  }

  @Override
  public void tick(long next) {
    second = next;
  }

  @Override
  public int ready() {
    return ready.at(second);
  }

  @Override
  public int running() {
    return running.at(second);
  }

  @Override
  public int wanted() {
    return wanted.at(second);
  }

  /** Policies came and went in a history, and their forecasts with them. */
  @Override
  public Optional<ForecastError> forecastError() {
    return Optional.empty();
  }
}
