package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.ZoneCondition;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A figure that comes is a fact, and one that does not is a condition of its zone. */
class OutsideLoadsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Metric QUEUE = new Metric("queue_length");
  private static final Metric LAG = new Metric("orders_lag");
  private static final Duration QUARTER = Duration.ofSeconds(15);

  private Provisioner mind = new Provisioner();

  private void declared() {
    mind.somebodyWrites(new ZoneDeclared(ZONE, mind.now, Actor.CONFIGURATION));
  }

  private Outcome sources(Metric... metrics) {
    return hear(new LoadNews.Sources(ZONE, Set.of(metrics)));
  }

  private Outcome told(Metric metric, double value) {
    return hear(new LoadNews.Told(ZONE, metric, value, QUARTER, "a list"));
  }

  private Outcome unknown(Metric metric, String why) {
    return hear(new LoadNews.Unknown(ZONE, metric, why));
  }

  private Outcome hear(LoadNews news) {
    return mind.hear(new Input.LoadHeard(news));
  }

  private List<String> conditions() {
    return mind.view().zone(ZONE).conditions().stream()
        .map(ZoneCondition::condition)
        .map(condition -> condition.kind() + ": " + condition.what())
        .toList();
  }

  @Test
  void aFigureIsRecordedWithItsSourceAndItsTime() {
    declared();
    sources(QUEUE);

    assertThat(told(QUEUE, 430).facts())
        .containsExactly(
            new LoadReported(ZONE, mind.now, QUEUE, 430, QUARTER, "a list", Actor.SLUICE));
  }

  @Test
  void oneThatDoesNotComeIsToldOnceUntilItComes() {
    declared();
    sources(QUEUE);

    Outcome first = unknown(QUEUE, "Redis can't be asked: refused");
    Instant since = mind.now;
    mind.later(Duration.ofSeconds(5));
    Outcome second = unknown(QUEUE, "Redis can't be asked: refused");

    assertThat(first.facts()).singleElement().isInstanceOf(ConditionRaised.class);
    assertThat(second.facts()).isEmpty();
    assertThat(conditions())
        .containsExactly(
            "load-unknown: queue_length is not known since %s: Redis can't be asked: refused"
                .formatted(since.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
    told(QUEUE, 1);
    assertThat(conditions()).isEmpty();
  }

  @Test
  void ofSeveralEachHasItsReasonAndOneThatComesLeavesTheOthers() {
    declared();
    sources(QUEUE, LAG);
    unknown(QUEUE, "no answer");

    unknown(LAG, "no such topic");
    assertThat(conditions()).singleElement().asString().contains("no answer", "no such topic");
    told(LAG, 4);

    assertThat(conditions())
        .singleElement()
        .asString()
        .contains("no answer")
        .doesNotContain("topic");
  }

  @Test
  void aReasonThatChangesWithEachQuestionIsToldOnceAMinute() {
    declared();
    sources(QUEUE);
    for (int second = 0; second < 180; second++) {
      unknown(QUEUE, "the query gives %d series".formatted(second + 2));
      mind.later(Duration.ofSeconds(1));
    }

    assertThat(mind.facts).filteredOn(fact -> fact instanceof ConditionRaised).hasSize(3);
  }

  @Test
  void theNextLeaderLeavesItAloneUntilItHasHeardOfAll() {
    declared();
    sources(QUEUE, LAG);
    unknown(QUEUE, "no answer");
    mind.readBack();
    Instant since = mind.now;

    mind = new Provisioner(mind.journal());
    mind.set(since.plusSeconds(60));
    sources(QUEUE, LAG);
    told(LAG, 4);
    assertThat(conditions()).hasSize(1);

    unknown(QUEUE, "no answer");
    assertThat(mind.view().zone(ZONE).conditions())
        .singleElement()
        .extracting(ZoneCondition::since)
        .isEqualTo(since);
    told(QUEUE, 4);
    assertThat(conditions()).isEmpty();
  }

  @Test
  void aSourceThatIsConfiguredNoMoreIsMissedNoMore() {
    declared();
    sources(QUEUE);
    unknown(QUEUE, "no answer");
    mind.readBack();

    mind = new Provisioner(mind.journal());
    assertThat(mind.view().zone(ZONE).conditions())
        .extracting(one -> one.condition().kind())
        .containsExactly(ConditionKind.LOAD_UNKNOWN);
    sources();

    assertThat(conditions()).isEmpty();
  }

  @Test
  void aZoneThatIsNotDeclaredHearsNothing() {
    assertThat(told(QUEUE, 1).facts()).isEmpty();
    assertThat(unknown(QUEUE, "no answer").facts()).isEmpty();
  }
}
