package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Servers that take no requests. */
class WorkersTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId WORKER = server("zone1-1");
  private static final URI NOWHERE = Addresses.worker("blue-zone1-1");
  private static final Duration DRAIN = Duration.ofMinutes(5);
  private static final Health RUNNING = new Health.Running(Duration.ofSeconds(3));

  private static final Health COMMAND =
      new Health.Command(
          List.of("check"), Health.Command.INTERVAL_DEFAULT, Health.Command.TIMEOUT_DEFAULT);

  private final Provisioner mind = new Provisioner();

  private void started() {
    started(RUNNING);
  }

  private void started(Health health) {
    mind.somebodyWrites(new ZoneDeclared(ZONE, mind.now, Actor.CONFIGURATION));
    mind.somebodyWrites(
        new TemplateChanged(
            ZONE,
            mind.now,
            1,
            new ServerTemplate(
                "worker",
                Collections.emptySortedMap(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(60),
                DRAIN,
                health,
                ContainerTemplate.DEFAULT),
            Actor.CONFIGURATION,
            Optional.empty()));
    mind.somebodyWrites(
        new ServerStarted(
            ZONE, mind.now, WORKER, CommandId.of("zone1@3"), NOWHERE, "handle", new Epoch(6)));
  }

  private void ready() {
    ready(RUNNING);
  }

  private void ready(Health health) {
    started(health);
    mind.hear(new Input.Answered(WORKER));
    mind.readBack();
  }

  @Test
  void aWorkerIsAwaitedByItsHealthAndNoAddress() {
    started();

    assertThat(mind.effects)
        .contains(new Effect.AwaitReady(WORKER, NOWHERE, RUNNING, Duration.ofSeconds(60)));
  }

  @Test
  void aWorkerThatIsToGoIsAskedAtOnceAndHasItsDrainTimeoutToFinish() {
    ready();
    mind.effects.clear();

    mind.somebodyWrites(new ServerDraining(ZONE, mind.now, WORKER, CommandId.of("zone1@4")));

    assertThat(mind.effects).containsExactly(new Effect.Stop(WORKER, DRAIN));
    mind.hear(new Input.Stopped(WORKER));
    assertThat(mind.told()).last().isEqualTo("server-stopped zone1-1");
  }

  @Test
  void aStopOfAWorkerThatFailedIsTriedAgainWithTheSameTime() {
    ready();
    mind.somebodyWrites(new ServerDraining(ZONE, mind.now, WORKER, CommandId.of("zone1@4")));
    mind.effects.clear();

    mind.hear(new Input.StopFailed(WORKER, "no answer"));
    mind.later(TermSettings.STOP_RETRY_MIN);

    assertThat(mind.effects).contains(new Effect.Stop(WORKER, DRAIN));
  }

  @Test
  void aWorkerThatItsCommandFindsIllIsDead() {
    ready(COMMAND);

    mind.hear(listing("its health command failed 3 times in a row"));
    mind.hear(listing("its health command failed 3 times in a row"));

    assertThat(mind.facts)
        .filteredOn(ServerReported.class::isInstance)
        .singleElement()
        .isEqualTo(
            new ServerReported(
                ZONE, mind.now, WORKER, "its health command failed 3 times in a row"));
  }

  @Test
  void aCheckThatTheImageBringsKillsNoWorkerThatOnlyHasToRun() {
    ready();
    mind.facts.clear();

    mind.hear(listing("its health command failed 3 times in a row"));
    mind.hear(listing("its health command failed 3 times in a row"));

    assertThat(mind.told()).isEmpty();
  }

  @Test
  void whatAnEngineSaysOfAServerThatStartsOrTakesRequestsKillsNobody() {
    started(COMMAND);
    mind.hear(listing("its health command failed 3 times in a row"));
    assertThat(mind.told()).isEmpty();

    Provisioner other =
        new Provisioner(Samples.journal(Samples.life("zone1-1", ServerState.READY)));
    other.hear(listing("its health command failed 3 times in a row"));
    assertThat(other.told()).isEmpty();
  }

  private static Input listing(String unwell) {
    return new Input.Listed(List.of(new Instance(WORKER, true, Optional.of(unwell))), true);
  }
}
