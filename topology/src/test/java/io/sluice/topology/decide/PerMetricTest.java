package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.Json;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.event.Counted;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A rule goes by what was reported of its own metric. */
class PerMetricTest {
  private static final Metric QUEUE = new Metric("queue_length");
  private static final Target TEN_A_SERVER = new Target(QUEUE, 10, Target.TOLERANCE_DEFAULT);

  @Test
  void tenServersDoNotBecomeOneOnTheFigureOfOne() {
    History history = running(10, TEN_A_SERVER);

    Evaluation evaluation =
        history.weigh(
            observed(history, 10, Map.of(Metric.CPU, new Mean(55, 10), QUEUE, new Mean(0.5, 1))));

    assertThat(evaluation.to()).isEqualTo(10);
    assertThat(evaluation.evidence().limiters())
        .containsExactly(
            new Limit(
                "missing-data",
                1,
                10,
                "9 servers did not report queue_length: no scaling in on missing data"));
    assertThat(evaluation.evidence().load().get(QUEUE)).isEqualTo(new Mean(0.5, 1));
  }

  @Test
  void itGrowsByAsMuchAsThoseNeedThatReportedIt() {
    History history = running(10, TEN_A_SERVER);

    // Five have thirty each and the others, of which nobody knows, ten: that is twenty servers.
    assertThat(history.weigh(observed(history, 10, Map.of(QUEUE, new Mean(30, 5)))).to())
        .isEqualTo(20);
    // One alone has thirty: twelve are enough, and without the others' word it would be thirty.
    assertThat(history.weigh(observed(history, 10, Map.of(QUEUE, new Mean(30, 1)))).to())
        .isEqualTo(12);
  }

  @Test
  void stepsAreWeighedByThoseThatReportedTheirMetric() {
    History history = running(4, Threshold.DEFAULT);

    assertThat(history.weigh(observed(history, 4, Map.of(Metric.CPU, new Mean(80, 4)))).to())
        .isEqualTo(5);
    assertThat(history.weigh(observed(history, 4, Map.of(Metric.CPU, new Mean(80, 1)))).to())
        .as("three at the middle of 10 and 70 make 50")
        .isEqualTo(4);
    assertThat(history.weigh(observed(history, 4, Map.of(Metric.CPU, new Mean(5, 3)))).to())
        .isEqualTo(4);
  }

  @Test
  void whatOneRuleDoesNotKnowKeepsAnotherFromShrinking() {
    History history = running(6, new Target(Metric.CPU, 50, 0.1), TEN_A_SERVER);
    LoadObserved idle =
        observed(history, 6, Map.of(Metric.CPU, new Mean(10, 6), QUEUE, new Mean(1, 6)));
    LoadObserved unknown = observed(history, 6, Map.of(Metric.CPU, new Mean(10, 6)));

    assertThat(history.weigh(idle).to()).isEqualTo(2);
    assertThat(history.weigh(unknown).to()).isEqualTo(6);
  }

  @Test
  void aForecastThatIsOnlyRecordedNeedsNoData() {
    Predictive recorded =
        new Predictive(
            QUEUE, 10, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(1), false);
    History history = running(6, new Target(Metric.CPU, 50, 0.1), recorded);

    assertThat(history.weigh(observed(history, 6, Map.of(Metric.CPU, new Mean(10, 6)))).to())
        .isEqualTo(2);
  }

  @Test
  void anObservationOfAnEarlierReleaseSaysThatAllReportedEverything() throws IOException {
    History history = running(10, TEN_A_SERVER);
    FleetEvent earlier =
        Json.mapper()
            .readValue(
                """
                {"type":"load-observed","version":2,"zone":"zone1","at":"2026-01-01T00:00:00Z",
                "window":"PT10S","load":{"queue_length":2},"reporting":10,"missing":[],
                "warming":[],"idlest":[]}\
                """,
                FleetEvent.class);

    assertThat(((LoadObserved) earlier).reporting(QUEUE)).isEqualTo(10);
    assertThat(history.weigh(earlier).to()).isEqualTo(2);
  }

  @Test
  void countsAreWeighedAndNotHowManyAreNamed() {
    History history = running(1_500, new Target(Metric.CPU, 50, 0.1));
    // 250 have three times their share, and 1,250 warm up, of whom only some are named.
    LoadObserved seen =
        new LoadObserved(
            history.zone(),
            history.time(),
            history.state().zone().policy().window(),
            new TreeMap<>(Map.of(Metric.CPU, new Mean(150, 250))),
            250,
            List.of(),
            numbered(history, 251, 350),
            List.of(),
            Optional.of(new Counted(0, 1_250)));

    assertThat(seen.warmingCount()).isEqualTo(1_250);
    assertThat(history.weigh(seen).to()).as("750 are enough of those there are").isEqualTo(1_500);
  }

  @Test
  void aForecastLearnsNothingFromAFew() {
    Predictive rule =
        new Predictive(
            QUEUE, 10, Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(1), true);
    History history = running(10, rule);
    for (int second = 0; second < 5; second++) {
      history.pass(Duration.ofSeconds(1));
      history.tell(observed(history, 10, Map.of(QUEUE, new Mean(8, 10))));
    }
    int before = history.desired();

    for (int second = 0; second < 5; second++) {
      history.pass(Duration.ofSeconds(1));
      history.tell(observed(history, before, Map.of(QUEUE, new Mean(90, 1))));
    }

    assertThat(history.desired()).isEqualTo(before);
  }

  private static LoadObserved observed(History history, int reporting, Map<Metric, Mean> load) {
    return new LoadObserved(
        history.zone(),
        history.time(),
        history.state().zone().policy().window(),
        new TreeMap<>(load),
        reporting,
        List.of(),
        List.of(),
        List.of(),
        Optional.of(new Counted(0, 0)));
  }

  private static List<ServerId> numbered(History history, long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(history::server).toList();
  }

  private static History running(int servers, ScalingRule... rules) {
    History history = History.running(History.policy(1, 2_000, rules));
    history.manual(servers, Optional.empty());
    return history.obey();
  }
}
