package io.sluice.topology.forecast;

/**
 * How good the forecasts were that were made one horizon ahead, beside two that need no model: a
 * forecast that misses by more than these is worth nothing. All three are means over the same
 * intervals of the absolute difference to what came, in the unit of the zone's total.
 *
 * @param judged how many intervals that were forecast have come, 0 or more
 * @param forecast by how much the forecast missed
 * @param asNow by how much it would have missed to say that the load stays as it is
 * @param asLastSeason by how much it would have missed to say that it will be as one season ago
 */
public record ForecastError(long judged, double forecast, double asNow, double asLastSeason) {
  /** Nothing was judged yet. */
  public static final ForecastError NONE = new ForecastError(0, 0, 0, 0);

  /** Whether it missed by less than the better of the two others. */
  public boolean better() {
    return judged > 0 && forecast < Math.min(asNow, asLastSeason);
  }
}
