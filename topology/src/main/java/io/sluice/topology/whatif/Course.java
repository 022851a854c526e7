package io.sluice.topology.whatif;

import io.sluice.topology.forecast.ForecastError;
import java.util.Optional;

/** How a zone's fleet goes through a time, second by second. */
interface Course {
  /** Goes on to this second of the epoch; each is one more than the last. */
  void tick(long second);

  /** How many servers are ready in this second. */
  int ready();

  /** How many servers run and are paid for in this second: starting, ready or draining. */
  int running();

  /** How many servers the zone is to have after this second. */
  int wanted();

  /** How good the forecasts were; empty if nobody forecast, or none of them has come yet. */
  Optional<ForecastError> forecastError();
}
