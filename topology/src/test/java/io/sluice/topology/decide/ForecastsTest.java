package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.topology.forecast.Forecast;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForecastsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aForecastLearnsFromBalancersWhereNoServerReports() {
    Predictive onRequests =
        new Predictive(
            Metric.REQUESTS_PER_SECOND, 50, MINUTE.multipliedBy(4), MINUTE, MINUTE, true);
    History history = History.running(History.policy(1, 9, onRequests));

    for (int minute = 0; minute < 12; minute++) {
      history.pass(MINUTE);
      history.tell(history.traffic(Map.of(Metric.REQUESTS_PER_SECOND, 80.0), 2));
    }

    assertThat(history.state().forecast(onRequests).flatMap(Forecast::ahead))
        .as("160 a second in all")
        .hasValueSatisfying(total -> assertThat(total).isBetween(150.0, 170.0));
  }
}
