package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Growth by latency goes on only while it helps: a slow database starts no servers for ever. */
class LatencyTrialTest {
  private static final Threshold ON_LATENCY = new Threshold(Metric.LATENCY_P95, 500, 50);

  /** One that has just grown from 1 to 2, at 800 ms and 40 requests a second in all. */
  private static History grown(ScalingRule... rules) {
    History history = History.running(History.policy(1, 9, rules));
    ScaleCommand growth = seen(history, 800, 40).orElseThrow();
    assertThat(growth.to()).isEqualTo(2);
    history.obey();
    return history;
  }

  /** A second with this latency, and so many requests in the whole zone. */
  private static Optional<ScaleCommand> seen(History history, double latency, double rate) {
    history.pass(Duration.ofSeconds(1));
    int servers = Census.of(history.state()).ready();
    return history.tell(
        history.traffic(
            Map.of(Metric.LATENCY_P95, latency, Metric.REQUESTS_PER_SECOND, rate / servers),
            servers));
  }

  private static void seconds(History history, int seconds, double latency, double rate) {
    for (int second = 0; second < seconds; second++) {
      seen(history, latency, rate);
      history.obey();
    }
  }

  @Test
  void aGrowthThatDoesNotHelpIsTakenBackAndNotTriedAgain() {
    History history = grown(ON_LATENCY);

    seconds(history, 11, 790, 41);

    assertThat(history.lastCommand().to()).isEqualTo(1);
    assertThat(history.lastCommand().reason().sentence())
        .startsWith(
            "latency_p95 790 ms (balancer) is above 500: one more than 2; the growth from 1"
                + " to 2 did not help, it was 800 ms before: back to 1, and no more by it below 57.32"
                + " requests a second");
    int commands = history.commands().size();
    seconds(history, 3_600, 900, 41);
    assertThat(history.commands()).hasSize(commands);
    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void oneThatHelpsIsKeptAndMayGoOn() {
    History history = grown(ON_LATENCY);

    seconds(history, 12, 590, 40);

    assertThat(history.desired()).as("590 is a quarter less, and still above").isEqualTo(3);
  }

  @Test
  void untilItHasShownWhetherItHelpsNothingMoreIsStartedByLatency() {
    History history = grown(ON_LATENCY);

    seconds(history, 9, 800, 40);

    assertThat(history.desired()).isEqualTo(2);
  }

  @Test
  void moreRequestsThanBeforeProveNothing() {
    History history = grown(ON_LATENCY);

    seconds(history, 12, 800, 60);

    assertThat(history.desired()).isEqualTo(3);
  }

  @Test
  void whenTheDatabaseIsQuickAgainLatencyCountsAgain() {
    History history = grown(ON_LATENCY);
    seconds(history, 12, 800, 40);
    assertThat(history.desired()).isEqualTo(1);

    seconds(history, 2, 100, 40);
    seconds(history, 1, 700, 40);

    assertThat(history.desired()).isEqualTo(2);
  }

  @Test
  void fewRequestsThatComeByChanceStartNoServersForEver() {
    SplittableRandom chance = new SplittableRandom(4);
    History history = History.running(History.policy(1, 9, ON_LATENCY));
    Deque<Integer> window = new ArrayDeque<>();
    for (int second = 0; second < 3_600; second++) {
      window.add(arrivals(chance, 4));
      if (window.size() > 10) {
        window.remove();
      }
      double rate = window.stream().mapToInt(Integer::intValue).sum() / (double) window.size();
      seen(history, 900, rate);
      history.obey();
      assertThat(history.desired()).as("second %d", second).isLessThanOrEqualTo(2);
    }
    assertThat(history.desired()).isEqualTo(1);
  }

  /** Of a Poisson process, by Knuth's product of uniform numbers. */
  private static int arrivals(SplittableRandom chance, double mean) {
    int count = 0;
    for (double product = chance.nextDouble();
        product > Math.exp(-mean);
        product *= chance.nextDouble()) {
      count++;
    }
    return count;
  }

  @Test
  void aLatencyThatIsLowIsNotTakenForOneThatTwoServersShare() {
    History history =
        History.running(History.policy(1, 9, new Threshold(Metric.LATENCY_P95, 800, 750)));
    history.manual(2, Optional.empty());
    history.obey();

    seconds(history, 5, 500, 5);

    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void muchMoreThanAQuarterMoreRequestsAreAReasonToTryAgain() {
    History history = grown(ON_LATENCY);
    seconds(history, 12, 800, 40);
    assertThat(history.desired()).isEqualTo(1);

    seconds(history, 2, 800, 58);

    assertThat(history.desired()).isEqualTo(2);
  }

  @Test
  void anotherRulesWishIsNotHeldBack() {
    History history = grown(ON_LATENCY, new Target(Metric.REQUESTS_PER_SECOND, 50, 0));

    seen(history, 800, 240);

    assertThat(history.desired()).isEqualTo(5);
  }

  @Test
  void aTargetOnLatencyIsHeldToTheSame() {
    History history =
        History.running(History.policy(1, 9, new Target(Metric.LATENCY_P95, 100, 0.1)));
    seen(history, 300, 40);
    history.obey();
    assertThat(history.desired()).isEqualTo(3);

    seconds(history, 12, 290, 40);

    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void whatSomebodySetsEndsIt() {
    History history = grown(ON_LATENCY);
    seconds(history, 12, 800, 40);

    history.manual(1, Optional.empty());
    seconds(history, 1, 800, 40);

    assertThat(history.desired()).isEqualTo(2);
  }

  @Test
  void withoutFiguresNothingIsDecided() {
    History history = grown(ON_LATENCY);

    for (int second = 0; second < 60; second++) {
      history.pass(Duration.ofSeconds(1));
      assertThat(history.tell(history.traffic(Map.of(), 2))).isEmpty();
    }

    assertThat(history.desired()).isEqualTo(2);
  }
}
