package io.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopTopologyTest {
  private static final ZonePolicy POLICY = ZonePolicy.DEFAULT.with(Limits.NONE);

  @TempDir private Path directory;
  private Loop loop;

  @BeforeEach
  void start() {
    loop = new Loop(directory);
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void startsTheFirstServerOfADeclaredZone() {
    ZoneId zone = new ZoneId("zone1");
    loop.fact(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION));
    assertThat(loop.commands()).isEmpty();
    loop.fact(new PolicyChanged(zone, loop.now(), 1, POLICY, Actor.CONFIGURATION));

    assertThat(loop.commands())
        .singleElement()
        .satisfies(command -> {
          assertThat(command.id()).hasToString("zone1@1");
          assertThat(command.start()).containsExactly(zone.server(1));
        });
  }

  @Test
  void highLoadAddsServersUntilTheMaximumAndLowLoadTakesThemAway() {
    ZoneId zone = loop.zone("zone1", POLICY);

    for (int second = 0; second < 20; second++) {
      loop.load(zone, 1, 74);
      loop.obey();
    }
    assertThat(loop.ready(zone)).containsExactly(zone.server(1), zone.server(2), zone.server(3));

    for (int second = 0; second < 40; second++) {
      loop.load(zone, 1, 5);
      loop.obey();
    }
    assertThat(loop.ready(zone)).containsExactly(zone.server(1));
    assertThat(loop.commands()).extracting(ScaleCommand::to).containsExactly(1, 2, 3, 2, 1);
  }

  @Test
  void twoZonesDoNotTouchEachOther() {
    ZoneId busy = loop.zone("busy", POLICY);
    ZoneId idle = loop.zone("idle", POLICY);
    for (int second = 0; second < 15; second++) {
      loop.report(busy.server(1), 90);
      loop.report(idle.server(1), 30);
      loop.pass(Duration.ofSeconds(1));
    }

    assertThat(loop.state(busy).desired()).isEqualTo(2);
    assertThat(loop.state(idle).desired()).isEqualTo(1);
    assertThat(loop.state(idle).zone().load().orElseThrow().means())
        .containsExactly(Map.entry(Metric.CPU, 30.0));
    loop.fact(exited(busy.server(1)));
    assertThat(loop.commands().getLast().zone()).isEqualTo(busy);
    assertThat(loop.membership(idle)).extracting(TestRecord::key).containsExactly(idle.server(1));
  }

  @Test
  void aDeadServerIsReplacedWhateverTheLoad() {
    ZoneId zone = loop.zone("zone1", POLICY);

    loop.fact(exited(zone.server(1)));

    ScaleCommand command = loop.commands().getLast();
    assertThat(command.reason().code()).isEqualTo(ReasonCode.SELF_HEALING);
    assertThat(command.start()).containsExactly(zone.server(2));
    assertThat(command.stop()).containsExactly(zone.server(1));
  }

  @Test
  void observationsAloneLetADelayedReplacementStart() {
    ZoneId zone = loop.zone("zone1", POLICY);
    loop.fact(exited(zone.server(1)));
    loop.started(zone.server(2), loop.commands().getLast().id());
    loop.fact(exited(zone.server(2)));
    assertThat(loop.commands().getLast().start()).isEmpty();

    loop.pass(Duration.ofSeconds(3));

    ScaleCommand command = loop.commands().getLast();
    assertThat(command.cause()).isEqualTo("load-observed");
    assertThat(command.start()).containsExactly(zone.server(3));
  }

  @Test
  void membershipFollowsTheFacts() {
    ZoneId zone = loop.zone("zone1", POLICY);
    ServerId server = zone.server(1);
    ScaleCommand first = loop.commands().getFirst();
    loop.fact(new ServerDraining(zone, loop.now(), server, first.id()));
    loop.fact(new ServerStopped(zone, loop.now(), server, "as asked"));

    List<TestRecord<ServerId, Member>> records = loop.membership(zone);

    assertThat(records).extracting(TestRecord::key).containsOnly(server);
    assertThat(records)
        .extracting(entry -> Optional.ofNullable(entry.value()).map(Member::state))
        .containsExactly(
            Optional.of(MemberState.READY), Optional.of(MemberState.DRAINING), Optional.empty());
  }

  private FleetEvent exited(ServerId server) {
    return new ServerExited(
        server.zone(), loop.now(), server, Optional.of(137), false, "exit code 137");
  }
}
