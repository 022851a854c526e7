package io.sluice.topology.decide;

import static io.sluice.topology.decide.History.between;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ServerTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloverTest {
  private static final ServerTemplate OLD = ServerTemplate.DEFAULT;
  private static final ServerTemplate NEW = OLD.withEnvironment(Map.of("RELEASE", "2"));

  @Test
  void startsOneStopsOneAndThenTheNext() {
    History history = servers(2);
    history.template(NEW);

    ScaleCommand first = history.observe(50).orElseThrow();
    assertThat(first.start()).containsExactly(history.server(3));
    assertThat(first.stop()).isEmpty();
    assertThat(first.from()).isEqualTo(2);
    assertThat(first.to()).isEqualTo(2);
    assertThat(first.reason().code()).isEqualTo(ReasonCode.ROLL_OVER);
    assertThat(history.observe(50)).as("nothing while it starts").isEmpty();
    assertThat(history.started(3)).isEmpty();
    assertThat(history.observe(50)).as("nothing before it is ready").isEmpty();

    ScaleCommand second = history.ready(3).orElseThrow();
    assertThat(second.start()).isEmpty();
    assertThat(second.stop()).hasSize(1).doesNotContain(history.server(3));
    assertThat(second.reason().code()).isEqualTo(ReasonCode.ROLL_OVER);
    history.obey();

    ScaleCommand third = history.observe(50).orElseThrow();
    assertThat(third.start()).containsExactly(history.server(4));
    history.obey().obey();
    assertThat(history.state().zone().servers().keySet())
        .containsExactly(history.server(3), history.server(4));
    assertThat(history.state().zone().rollout()).isEmpty();
    assertThat(history.observe(50)).isEmpty();
  }

  @Test
  void nothingIsReplacedByWhatIsTheSame() {
    History history = servers(2);

    history.template(OLD);

    assertThat(history.observe(50)).isEmpty();
  }

  @Test
  void aChangeOfTheNumberHasItsTurnBeforeTheNextStep() {
    History history = servers(1);
    history.template(NEW);

    ScaleCommand command = history.observe(90).orElseThrow();

    assertThat(command.to()).isEqualTo(2);
    assertThat(command.reason().code()).isEqualTo(ReasonCode.POLICY);
    history.obey();
    assertThat(history.observe(50).orElseThrow().start()).containsExactly(history.server(3));
  }

  @Test
  void whenTheZoneShrinksMeanwhileAnOutdatedOneGoes() {
    History history = servers(2);
    history.template(NEW);
    history.observe(50);
    history.started(3);

    ScaleCommand command = history.manual(1, Optional.empty()).orElseThrow();

    assertThat(command.stop()).hasSize(1).doesNotContain(history.server(3));
  }

  @Test
  void aNewOneThatFailsIsTriedAgainAndThenNoMore() {
    History history = servers(2);
    history.template(NEW);
    history.observe(50);

    assertThat(history.failed(3)).isEmpty();
    history.pass(Duration.ofMinutes(10));
    assertThat(history.observe(50).orElseThrow().start()).containsExactly(history.server(4));
    history.started(4);
    history.exited(4);
    history.obey();
    history.pass(Duration.ofMinutes(10));

    assertThat(history.observe(50)).isEmpty();
    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(true);
    assertThat(history.state().zone().servers().keySet())
        .containsExactly(history.server(1), history.server(2));
  }

  @Test
  void newOnesThatStartAndNeverAnswerCountAsFailuresToo() {
    History history = servers(2);
    history.template(NEW);
    history.observe(50);
    history.started(3);
    assertThat(history.failed(3)).isEmpty();
    assertThat(history.state().zone().servers()).doesNotContainKey(history.server(3));
    history.pass(Duration.ofMinutes(10)).observe(50);
    history.started(4);
    history.failed(4);
    history.pass(Duration.ofMinutes(10));

    assertThat(history.observe(50)).isEmpty();
    assertThat(history.state().zone().rollout()).map(Rollout::failures).contains(2);
  }

  @Test
  void theWayBackReplacesOnlyWhatHadComeSoFar() {
    History history = servers(2);
    history.template(NEW);
    history.observe(50);
    history.started(3);
    history.ready(3);
    history.obey();
    history.template(OLD);

    ScaleCommand command = history.observe(50).orElseThrow();
    assertThat(command.start()).containsExactly(history.server(4));
    history.obey().obey();

    assertThat(history.state().zone().servers()).doesNotContainKey(history.server(3)).hasSize(2);
    assertThat(history.state().zone().rollout()).isEmpty();
    assertThat(history.observe(50)).isEmpty();
  }

  @Test
  void onTheWayBackNothingIsTooMuchToFail() {
    History history = servers(2);
    history.template(NEW);
    history.observe(50);
    history.started(3);
    history.ready(3);
    history.obey();
    history.template(OLD);
    for (long server = 4; server <= 7; server++) {
      history.pass(Duration.ofMinutes(10));
      history.observe(50);
      history.failed(server);
    }

    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(false);
  }

  @Test
  void theReplacementsOfALostServerCountToo() {
    History history = servers(1);
    history.template(NEW);
    history.exited(1);
    history.stopped(1);
    history.failed(2);
    history.pass(Duration.ofMinutes(10));
    history.observe(50);
    history.failed(3);

    assertThat(history.state().zone().servers()).isEmpty();
    assertThat(history.state().zone().rollout()).map(Rollout::failed).contains(true);
  }

  @Test
  void whatWasStartedUnderTheOldTemplateAndToldOfLaterIsReplacedToo() {
    History history = servers(1);
    history.manual(2, Optional.empty());
    history.template(NEW);
    history.exited(1);
    history.stopped(1);
    history.started(3);
    history.ready(3);
    assertThat(history.state().zone().rollout()).isEmpty();

    history.started(2, Optional.of(1));
    history.ready(2);

    assertThat(history.observe(50).orElseThrow().start()).containsExactly(history.server(4));
    history.obey().obey();
    assertThat(history.state().zone().servers().keySet())
        .containsExactly(history.server(3), history.server(4));
    assertThat(history.state().zone().rollout()).isEmpty();
  }

  @Test
  void theOneThatIsOnItsWayIsKeptWhenTheZoneShrinksAndOthersThatAreNotReadyGo() {
    History history = servers(1);
    history.template(NEW);
    history.manual(3, Optional.empty());

    ScaleCommand command = history.manual(1, Optional.empty()).orElseThrow();

    assertThat(command.stop()).containsExactly(history.server(3));
    assertThat(history.started(2)).isEmpty();
    assertThat(history.ready(2).orElseThrow().stop()).containsExactly(history.server(1));
  }

  @Test
  void whoAsksIsToldHowFarItIs() {
    History history = servers(2);

    history.template(NEW);
    assertThat(told(history)).isEqualTo("rolls over to revision 2 of the template: starts zone1-3");
    assertThat(told(history))
        .endsWith(
            "; rolls over to revision 2 of the template: waits until zone1-3 is ready"
                + "; 1 server more than the 2 wanted");
    history.failed(3);
    history.pass(Duration.ofMinutes(10));
    history.observe(50);
    history.failed(4);

    assertThat(told(history))
        .endsWith(
            "; 2 servers of revision 2 of the template failed in a row (no such image): revision 1 is to come back");
  }

  @Test
  void aWayBackTellsWhy() {
    History history = servers(1);
    history.template(NEW);

    Evaluation evaluation =
        history.weigh(
            new TemplateChanged(
                history.zone(),
                history.time(),
                3,
                OLD,
                new Actor("sluice"),
                Optional.of("it fails")));

    assertThat(evaluation.reason())
        .isEqualTo(
            new Reason(
                ReasonCode.ROLL_OVER, "sluice sets revision 3 of the template, since it fails"));
  }

  /** Why the next observation comes out as it does. */
  private static String told(History history) {
    LoadObserved seen = history.cpu(50, 2);
    String told = history.weigh(seen).reason().sentence();
    history.tell(seen);
    return told;
  }

  /** So many servers of a first template. */
  private static History servers(int count) {
    History history = new History(new ZoneId("zone1"));
    history.declared();
    history.template(OLD);
    history.policy(between(1, 3).with(CanaryPolicy.OFF));
    history.obey();
    history.manual(count, Optional.empty());
    history.obey();
    return history;
  }
}
