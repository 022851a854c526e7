package io.sluice.topology.decide;

import static io.sluice.topology.decide.History.between;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.canary.CanaryEvidence;
import io.sluice.schemas.canary.Served;
import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ServerTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private static final ServerTemplate OLD = ServerTemplate.DEFAULT;
  private static final ServerTemplate NEW = OLD.withEnvironment(Map.of("RELEASE", "2"));
  private static final Duration WATCH = CanaryPolicy.WATCH_DEFAULT;

  @Test
  void theFirstOneServesBesideAllOthersUntilItIsFoundToBeAsGood() {
    History history = watching();

    assertThat(history.pass(Duration.ofSeconds(20)).observe(50)).isEmpty();
    assertThat(told(history))
        .contains("rolls over to revision 2 of the template: watches zone1-3 beside the others");
    ScaleCommand stop = judge(history, Verdict.AS_GOOD).orElseThrow();

    assertThat(stop.stop()).hasSize(1).doesNotContain(history.server(3));
    assertThat(stop.reason().code()).isEqualTo(ReasonCode.ROLL_OVER);
    assertThat(stop.reason().sentence())
        .contains(
            "the first server of revision 2 of the template is as good as the others after 30s"
                + " (its: 0 of 200 requests failed; the others': 0 of 200 requests failed)");
    history.obey();
    assertThat(history.observe(50).orElseThrow().start()).containsExactly(history.server(4));
    history.obey().obey();
    assertThat(history.state().zone().rollout()).as("the rest is not held up").isEmpty();
  }

  @Test
  void oneThatIsWorseGoesWhenTheOldTemplateIsBackAndNoOtherIsTouched() {
    History history = watching();

    assertThat(judge(history, Verdict.WORSE)).isEmpty();
    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(true);
    assertThat(told(history))
        .contains(
            "revision 2 of the template is worse than revision 1, which is to come back: 10.0 %");
    ScaleCommand back = history.template(OLD).orElseThrow();

    assertThat(back.stop()).containsExactly(history.server(3));
    assertThat(back.start()).isEmpty();
    history.obey();
    assertThat(history.state().zone().rollout()).isEmpty();
    assertThat(history.state().zone().servers().keySet())
        .containsExactly(history.server(1), history.server(2));
  }

  @Test
  void whatIsWorseStaysSo() {
    History history = watching();
    judge(history, Verdict.WORSE);

    judge(history, Verdict.AS_GOOD);

    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(true);
  }

  @Test
  void oneThatTurnsOutToBeWorseLaterIsTakenBackToo() {
    History history = watching();
    judge(history, Verdict.UNPROVEN);
    history.obey();

    judge(history, Verdict.WORSE);

    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(true);
  }

  @Test
  void aVerdictThatDoesNotComeIsNotWaitedForForEver() {
    History history = watching();
    Duration most = WATCH.plus(Rollout.VERDICT_GRACE);

    assertThat(history.pass(most.minusSeconds(1)).observe(50)).isEmpty();

    assertThat(history.pass(Duration.ofSeconds(1)).observe(50).orElseThrow().stop()).hasSize(1);
  }

  @Test
  void aVerdictThatDoesNotFollowFromItsEvidenceIsNone() {
    History history = watching();
    CanaryEvidence good = evidence(0);

    history.tell(new CanaryJudged(history.zone(), history.time(), 2, Verdict.WORSE, good));
    history.tell(new CanaryJudged(history.zone(), history.time(), 1, Verdict.AS_GOOD, good));

    assertThat(history.state().zone().rollout()).flatMap(Rollout::judged).isEmpty();
    assertThat(
            history
                .state()
                .zone()
                .objection(
                    new CanaryJudged(history.zone(), history.time(), 2, Verdict.WORSE, good)))
        .contains("from its evidence follows AS_GOOD, and not WORSE");
  }

  @Test
  void theZoneGrowsWhileOneIsWatched() {
    History history = watching();

    ScaleCommand more = history.manual(4, Optional.empty()).orElseThrow();

    assertThat(more.start()).containsExactly(history.server(4));
    assertThat(more.stop()).isEmpty();
  }

  @Test
  void ofAZoneThatShrinksTheWatchedOneStays() {
    History history = watching();

    ScaleCommand fewer = history.manual(1, Optional.empty()).orElseThrow();

    assertThat(fewer.stop()).hasSize(1).doesNotContain(history.server(3));
    assertThat(history.state().zone().canary()).isPresent();
  }

  @Test
  void twoThatBecomeReadyAndThenEndAreTakenBack() {
    History history = watching();
    history.exited(3);
    history.obey();
    history.pass(Duration.ofMinutes(10));
    assertThat(history.observe(50).orElseThrow().start()).containsExactly(history.server(4));
    history.started(4);
    history.ready(4);

    history.exited(4);

    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(true);
  }

  @Test
  void withoutAnythingToCompareNothingIsWaitedFor() {
    History history = History.running(between(1, 5));
    history.template(OLD);
    history.exited(1);
    history.stopped(1);
    history.template(NEW);
    history.obey();

    assertThat(history.state().zone().rollout()).isEmpty();
    assertThat(history.observe(50)).isEmpty();
  }

  /** Two servers of a first template, and one of the next that is ready. */
  private static History watching() {
    History history = History.running(between(1, 5));
    history.template(OLD);
    history.manual(2, Optional.empty());
    history.obey();
    history.template(NEW);
    history.observe(50);
    history.started(3);
    assertThat(history.ready(3)).as("nothing while it is watched").isEmpty();
    return history;
  }

  private static Optional<ScaleCommand> judge(History history, Verdict verdict) {
    CanaryEvidence evidence =
        switch (verdict) {
          case AS_GOOD -> evidence(0);
          case WORSE -> evidence(20);
          case UNPROVEN -> new CanaryEvidence(Served.NOTHING, Served.NOTHING, WATCH);
        };
    return history.tell(new CanaryJudged(history.zone(), history.time(), 2, verdict, evidence));
  }

  private static CanaryEvidence evidence(long failed) {
    return new CanaryEvidence(
        new Served(200, 0, Optional.empty()), new Served(200, failed, Optional.empty()), WATCH);
  }

  /** Why the next observation comes out as it does. */
  private static String told(History history) {
    LoadObserved seen = history.cpu(50, 3);
    return history.weigh(seen).reason().sentence();
  }
}
