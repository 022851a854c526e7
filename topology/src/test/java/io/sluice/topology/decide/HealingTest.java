package io.sluice.topology.decide;

import static io.sluice.topology.decide.History.between;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.policy.ServerTemplate;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void replacesADeadServerAtOnceAndRemovesIt() {
    History history = History.running(between(2, 3));

    ScaleCommand command = history.exited(1).orElseThrow();

    assertThat(command.from()).isEqualTo(2);
    assertThat(command.to()).isEqualTo(2);
    assertThat(command.start()).containsExactly(history.server(3));
    assertThat(command.stop()).containsExactly(history.server(1));
    assertThat(command.reason().code()).isEqualTo(ReasonCode.SELF_HEALING);
    assertThat(command.reason().sentence())
        .isEqualTo(
            "zone1-1 is dead (exit code 137); 1 server fewer than the 2 wanted: starts zone1-3");
    assertThat(history.observe(50)).as("no second replacement").isEmpty();
    assertThat(history.reported(1)).as("dead already").isEmpty();
  }

  @Test
  void replacesAServerThatItsBalancerGaveUp() {
    History history = History.running(between(1, 3));

    assertThat(history.reported(1).orElseThrow().start()).containsExactly(history.server(2));
  }

  @Test
  void replacesAServerThatCouldNotBeStarted() {
    History history = History.running(between(1, 3));
    history.observe(80);

    ScaleCommand command = history.failed(2).orElseThrow();

    assertThat(command.start()).containsExactly(history.server(3));
    assertThat(command.stop()).isEmpty();
  }

  @Test
  void forgetsAServerThatWasSeenStartingWhenItsStartFails() {
    History history = History.running(between(1, 3));
    history.observe(80);
    history.started(2);

    ScaleCommand command = history.failed(2).orElseThrow();

    assertThat(command.start()).containsExactly(history.server(3));
    assertThat(history.state().zone().servers()).doesNotContainKey(history.server(2));
  }

  @Test
  void doesNotReplaceAServerThatWasToGo() {
    History history = History.running(between(1, 3));
    history.manual(2, Optional.empty());
    history.obey();
    history.observe(1);

    assertThat(history.exited(2)).isEmpty();
    assertThat(history.state().crashLoop()).isEqualTo(CrashLoop.NONE);
  }

  @Test
  void delaysTheReplacementsOfServersThatKeepDying() {
    History history = History.running(between(1, 3));
    assertThat(history.exited(1)).as("first failure").isPresent();
    history.started(2);
    ScaleCommand removal = history.exited(2).orElseThrow();

    assertThat(removal.start()).isEmpty();
    assertThat(removal.stop()).containsExactly(history.server(2));
    assertThat(removal.reason().sentence())
        .isEqualTo(
            "zone1-2 is dead (exit code 137); 1 server fewer than the 1 wanted: 2 in a row failed"
                + " early, no start before 2026-01-01T00:00:01Z");
    history.pass(Duration.ofMillis(999));
    assertThat(history.observe(0)).isEmpty();
    history.pass(Duration.ofMillis(1));
    assertThat(history.observe(0).orElseThrow().start()).containsExactly(history.server(3));
  }

  @Test
  void doublesTheDelayUpToItsMaximum() {
    History history = History.running(between(1, 3));
    long[] delays = new long[12];
    for (int i = 0; i < delays.length; i++) {
      long number = history.state().nextNumber() - 1;
      history.started(number);
      history.exited(number);
      delays[i] =
          Duration.between(history.time(), history.state().crashLoop().notBefore()).toSeconds();
      history.pass(Duration.ofSeconds(delays[i]));
      history.tell(history.load(java.util.Map.of(), 0));
    }

    assertThat(delays).containsExactly(0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300);
  }

  @Test
  void aServerThatStaysReadyEndsTheRow() {
    History history = History.running(between(1, 3));
    history.exited(1);
    history.obey();
    history.pass(Duration.ofSeconds(59));
    history.observe(50);
    assertThat(history.state().crashLoop().failures()).isEqualTo(1);
    history.pass(SECOND);
    history.observe(50);

    assertThat(history.state().crashLoop()).isEqualTo(CrashLoop.NONE);
    assertThat(history.exited(2).orElseThrow().start()).containsExactly(history.server(3));
    assertThat(history.state().crashLoop().failures()).as("it was no early failure").isZero();
  }

  @Test
  void aServerThatWasReadyLongBeforeDoesNotEndTheRowOfAnother() {
    History history = History.running(between(2, 3));
    history.pass(Duration.ofMinutes(10));
    history.exited(2);
    history.started(3);
    history.exited(3);
    history.pass(SECOND);
    history.observe(50);
    history.started(4);
    history.exited(4);

    assertThat(history.state().crashLoop().failures()).isEqualTo(2);
  }

  @Test
  void serversThatOneFaultTakesDownTogetherAreOneFailure() {
    History history = History.running(between(3, 3));
    history.pass(Duration.ofSeconds(5));
    history.exited(1);
    history.pass(Duration.ofMillis(10));
    assertThat(history.exited(2).orElseThrow().start()).hasSize(1);
    history.pass(Duration.ofMillis(10));
    assertThat(history.exited(3).orElseThrow().start()).hasSize(1);

    assertThat(history.state().crashLoop().failures()).isEqualTo(1);
  }

  @Test
  void aPersonWhoSetsATemplateOrANumberEndsTheRow() {
    History history = History.running(between(1, 3));
    history.exited(1);
    history.started(2);
    history.exited(2);

    ScaleCommand retried =
        history
            .tell(
                new TemplateChanged(
                    history.state().zone().id(),
                    history.time(),
                    1,
                    ServerTemplate.DEFAULT,
                    new Actor("alice"),
                    Optional.empty()))
            .orElseThrow();

    assertThat(retried.start()).containsExactly(history.server(3));
    assertThat(history.state().crashLoop()).isEqualTo(CrashLoop.NONE);
  }

  @Test
  void rulesWaitWhileAReplacementIsDelayed() {
    History history = History.running(between(2, 5));
    history.exited(2);
    history.started(3);
    history.exited(3);
    history.stopped(2);
    history.stopped(3);

    assertThat(history.observe(99)).isEmpty();
    assertThat(history.weigh(history.cpu(99, 1)).evidence().limiters())
        .extracting(limit -> limit.limiter())
        .containsExactly("change-in-progress");
  }

  @Test
  void aServerThatIsGoneBeforeItWasSeenIsReplaced() {
    History history = History.running(between(1, 3));
    history.observe(80);

    assertThat(history.stopped(2).orElseThrow().start()).containsExactly(history.server(3));
  }
}
