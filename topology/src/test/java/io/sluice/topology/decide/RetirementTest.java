package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetirementTest {
  private static final Actor EVA = new Actor("eva");

  private final History history = History.running(History.between(2, 5));

  private Optional<ScaleCommand> retiring() {
    return history.tell(new ZoneRetiring(history.zone(), history.time(), EVA));
  }

  private Optional<ScaleCommand> retired() {
    return history.tell(new ZoneRetired(history.zone(), history.time()));
  }

  @Test
  void aZoneThatIsRetiredLosesAllItsServersThoughItsPolicyHasAMinimum() {
    ScaleCommand command = retiring().orElseThrow();

    assertThat(command.from()).isEqualTo(2);
    assertThat(command.to()).isZero();
    assertThat(command.stop()).containsExactly(history.server(1), history.server(2));
    assertThat(command.start()).isEmpty();
    assertThat(command.reason().code()).isEqualTo(ReasonCode.RETIREMENT);
    assertThat(command.reason().sentence()).isEqualTo("the zone is being retired");
  }

  @Test
  void nothingIsDecidedForItButToRemoveItsServers() {
    retiring();

    assertThat(history.manual(4, Optional.empty())).isEmpty();
    assertThat(history.waiting(50)).isEmpty();
    assertThat(history.observe(99)).isEmpty();
    assertThat(history.paused(Direction.BOTH, Optional.empty())).isEmpty();
    assertThat(history.draining(1)).isEmpty();
    assertThat(history.exited(2).map(ScaleCommand::start)).isEmpty();
    assertThat(history.state().desired()).isZero();
  }

  @Test
  void aPauseAndADryRunKeepNoServer() {
    History looking = History.running(History.between(2, 5));
    looking.paused(Direction.BOTH, Optional.empty());
    looking.policy(dry(History.between(1, 5)));

    ScaleCommand command =
        looking.tell(new ZoneRetiring(looking.zone(), looking.time(), EVA)).orElseThrow();

    assertThat(command.dryRun()).isFalse();
    assertThat(command.stop()).hasSize(2);
  }

  @Test
  void aServerWhoseStartIsToldLateGoesTooAndSoDoRemains() {
    History late = new History(history.zone());
    late.declared();
    late.policy(History.between(1, 5));
    late.tell(new ZoneRetiring(late.zone(), late.time(), EVA));

    assertThat(late.lastCommand().stop()).containsExactly(late.server(1));
    assertThat(late.started(7).orElseThrow().stop()).containsExactly(late.server(7));
  }

  @Test
  void nothingCallsItBackHalfWay() {
    retiring();

    assertThat(retiring()).isEmpty();
    assertThat(history.tell(new ZoneDeclared(history.zone(), history.time(), EVA))).isEmpty();
    assertThat(history.state().zone().life().retiring()).isTrue();
  }

  @Test
  void itIsNotGoneBeforeItsLastServerIs() {
    retiring();
    history.stopped(1);

    retired();
    assertThat(history.state().zone().life().retiring()).isTrue();

    history.stopped(2);
    retired();
    assertThat(history.state().zone().life().retired()).isTrue();
  }

  @Test
  void whatWasSaidOfItEndsWithItButForItsNumbers() {
    history.paused(Direction.IN, Optional.empty());
    history.manual(3, Optional.of(history.time().plusSeconds(900)));
    history.obey();
    retiring();
    history.obey();
    retired();

    ZoneState state = history.state();
    assertThat(state.zone().declared()).isFalse();
    assertThat(state.zone().policy()).isEqualTo(ZonePolicy.DEFAULT);
    assertThat(state.zone().servers()).isEmpty();
    assertThat(state.pauses()).isEqualTo(Pauses.NONE);
    assertThat(state.manual()).isEmpty();
    assertThat(state.recent()).isEqualTo(RecentWishes.NONE);
    assertThat(state.census()).isEqualTo(Census.NONE);
    assertThat(state.desired()).isZero();
    assertThat(state.nextNumber()).isEqualTo(4);
    assertThat(state.zone().policyRevision()).isEqualTo(1);
    assertThat(history.observe(99)).isEmpty();
  }

  @Test
  void itsNameMayBeDeclaredAgainAndItsServersAreOthersThanBefore() {
    retiring();
    history.obey();
    retired();
    history.pass(Duration.ofMinutes(1));

    assertThat(history.policy(History.between(1, 3))).isEmpty();
    ScaleCommand command =
        history.tell(new ZoneDeclared(history.zone(), history.time(), EVA)).orElseThrow();

    assertThat(command.start()).containsExactly(history.server(3));
    assertThat(command.policyRevision()).isEqualTo(2);
    assertThat(history.state().zone().life())
        .isEqualTo(new ZoneLife(ZoneLife.Stage.DECLARED, ZoneLife.Origin.REQUEST));
    history.obey();
    assertThat(history.state().zone().count(ServerState.READY)).isEqualTo(1);
  }

  @Test
  void aServerOfARetiredZoneIsNobodys() {
    retiring();
    history.obey();
    retired();

    assertThat(history.started(9)).isEmpty();
    assertThat(history.state().zone().servers()).isEmpty();
  }

  private static ZonePolicy dry(ZonePolicy policy) {
    return new ZonePolicy(
        policy.min(),
        policy.max(),
        policy.window(),
        policy.rules(),
        policy.limits(),
        policy.victims(),
        true);
  }
}
