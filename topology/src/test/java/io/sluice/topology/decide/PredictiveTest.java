package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.topology.forecast.Forecast;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictiveTest {
  private static final Duration SEASON = Duration.ofMinutes(4);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aForecastIsRecordedBesideTheWishThatCountsAndChangesNothing() {
    History history = History.running(History.policy(1, 9, Threshold.DEFAULT, rule(false)));
    live(history, 8, 30, 30, 60, 30);

    Evidence evidence = history.weigh(history.cpu(30, 1)).evidence();

    assertThat(evidence.wishes()).extracting(Wish::forecastOnly).containsExactly(false, true);
    assertThat(evidence.wishes().getLast().rule()).isEqualTo("predictive cpu");
    assertThat(evidence.wishes().getLast().sentence())
        .contains("(recorded only); ")
        .contains("so far it missed by 0 on average (4 judged), 'as now' by 15,");
    assertThat(evidence.largestWish()).contains(1);
    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void aForecastThatMayActAddsServersBeforeTheLoadComes() {
    History history = History.running(History.policy(1, 9, rule(true)));
    live(history, 8, 30, 30, 60, 30);

    // The seventh minute is one of 60: its servers are started when it comes within the horizon.
    assertThat(history.commands())
        .filteredOn(command -> command.to() == 3)
        .singleElement()
        .satisfies(command -> {
          assertThat(command.at()).isEqualTo(History.START.plus(Duration.ofMinutes(5)));
          assertThat(command.reason().sentence())
              .startsWith(
                  "a total cpu of up to 60 is forecast for the next 1m, of a target of 25: 3");
        });
  }

  @Test
  void withoutAWholeSeasonThereIsNoForecastAndTheNumberStays() {
    History history = History.running(History.policy(2, 9, rule(true)));
    live(history, 3, 200);

    assertThat(history.desired()).isEqualTo(2);
    assertThat(history.weigh(history.cpu(200, 2)).evidence().wishes()).isEmpty();
  }

  @Test
  void whatWasLearntOutlivesAPolicyThatKeepsTheRule() {
    History history = History.running(History.policy(1, 9, Threshold.DEFAULT, rule(false)));
    live(history, 8, 30, 30, 60, 30);

    history.policy(History.policy(1, 5, rule(false)));

    assertThat(history.weigh(history.cpu(30, 1)).evidence().wishes()).hasSize(1);
  }

  private static Predictive rule(boolean act) {
    return new Predictive(Metric.CPU, 25, SEASON, MINUTE, MINUTE, act);
  }

  /** So many minutes, whose loads repeat. */
  private static void live(History history, int minutes, double... loads) {
    for (int minute = 0; minute < minutes; minute++) {
      minute(history, loads[minute % loads.length]);
    }
  }

  private static void minute(History history, double load) {
    for (int tenSeconds = 0; tenSeconds < 6; tenSeconds++) {
      history.observe(load / Census.of(history.state()).ready());
      history.pass(Duration.ofSeconds(10));
    }
  }

  @Test
  void aPolicyThatTheZoneDoesNotTakeTakesNothingAway() {
    History history = History.running(History.policy(1, 9, rule(false)));
    live(history, 8, 30, 30, 60, 30);
    List<Forecast> learnt = history.state().forecasts();

    history.tell(
        new PolicyChanged(
            history.zone(), history.time(), 1, History.between(1, 3), new Actor("alice")));

    assertThat(history.state().forecasts()).isEqualTo(learnt).isNotEmpty();
  }
}
