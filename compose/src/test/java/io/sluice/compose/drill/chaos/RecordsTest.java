package io.sluice.compose.drill.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compose.kafka.Entry;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Each invariant bites: histories that break one are found out, and one that breaks none is not.
 */
class RecordsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ZoneId OTHER = new ZoneId("zone2");
  private static final Instant AT = Instant.parse("2026-11-24T14:00:00Z");

  private final Findings findings = new Findings(_ -> {});

  @Test
  void aHistoryAsItShouldBeBreaksNothing() {
    judge(elected(ZONE, 3, 1), elected(OTHER, 3, 1), started(1, 1), elected(ZONE, 2, 2));

    assertThat(Invariant.values()).allSatisfy(each -> assertThat(findings.of(each)).isEmpty());
  }

  @Test
  void twoLeadersOfOneEpochAreFound() {
    judge(elected(ZONE, 3, 1), elected(OTHER, 2, 1));

    assertThat(findings.of(Invariant.ONE_LEADER_PER_EPOCH))
        .containsExactly("epoch 1 is monitor 3's and monitor 2's");
  }

  @Test
  void anEpochThatComesBackIsFound() {
    judge(elected(ZONE, 3, 2), elected(ZONE, 3, 1));

    assertThat(findings.of(Invariant.ONE_LEADER_PER_EPOCH))
        .containsExactly("zone1@1: epoch 1 after epoch 2");
  }

  @Test
  void aFactOfALeaderThatWasDeposedIsFound() {
    judge(elected(ZONE, 3, 1), elected(ZONE, 2, 2), started(1, 1));

    assertThat(findings.of(Invariant.ONE_LEADER_PER_EPOCH))
        .containsExactly("zone1@2: server zone1-1 is of epoch 1, in epoch 2");
  }

  @Test
  void aServerThatIsStartedTwiceIsFound() {
    judge(elected(ZONE, 3, 1), started(1, 1), started(1, 1));

    assertThat(findings.of(Invariant.STARTED_ONCE)).containsExactly("zone1@2: zone1-1");
  }

  @Test
  void aCommandThatStandsTwiceIsFound() {
    Records.judgeCommands(List.of(command(5), command(6), command(5)), findings);

    assertThat(findings.of(Invariant.COMMANDS_ONCE)).containsExactly("zone1@5");
  }

  @Test
  void aConditionOfWhomNothingWasDoneToIsFound() {
    List<Entry<FleetEvent>> facts = entries(raised(ZONE), raised(OTHER));

    Records.judgeConditions(
        facts, Set.of(new Trouble(OTHER, ConditionKind.NEWER_RECORD)), findings);

    assertThat(findings.of(Invariant.CONDITIONS))
        .containsExactly("zone1@0: newer-record: what it is");
  }

  private void judge(FleetEvent... facts) {
    Records.judgeFacts(entries(facts), findings);
  }

  private static List<Entry<FleetEvent>> entries(FleetEvent... facts) {
    List<Entry<FleetEvent>> entries = new ArrayList<>();
    for (FleetEvent fact : facts) {
      entries.add(new Entry<>(0, entries.size(), AT, fact));
    }
    return entries;
  }

  private static FleetEvent raised(ZoneId zone) {
    return new ConditionRaised(
        zone,
        AT,
        new Condition(
            ConditionKind.NEWER_RECORD,
            Optional.empty(),
            "what it is",
            Optional.of(7L),
            "what would end it"));
  }

  private static FleetEvent elected(ZoneId zone, int monitor, long epoch) {
    return new LeaderElected(
        zone, AT, new MonitorId(monitor), new Epoch(epoch), URI.create("http://127.0.0.1:8080"));
  }

  private static FleetEvent started(int number, long epoch) {
    return new ServerStarted(
        ZONE,
        AT,
        ZONE.server(number),
        new CommandId(ZONE, 0),
        URI.create("http://127.0.0.1:5001"),
        "1",
        new Epoch(epoch));
  }

  private static Entry<ScaleCommand> command(long cause) {
    return new Entry<>(
        0,
        cause,
        AT,
        new ScaleCommand(
            new CommandId(ZONE, cause),
            ZONE,
            AT,
            "manual-scale-requested",
            1,
            1,
            2,
            List.of(ZONE.server(2)),
            List.of(),
            new Reason(ReasonCode.MANUAL, "asked for"),
            Evidence.NONE,
            false,
            1));
  }
}
