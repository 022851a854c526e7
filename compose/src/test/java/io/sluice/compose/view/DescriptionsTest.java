package io.sluice.compose.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DescriptionsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void tellsFactsInWordsOfAnOperator() {
    assertThat(
            Descriptions.tell(
                new FleetEvent.LoadObserved(
                    ZONE,
                    AT,
                    Duration.ofSeconds(10),
                    new TreeMap<>(Map.of(Metric.CPU, 72.54, Metric.MEMORY, 40.0)),
                    1,
                    List.of(ZONE.server(2)),
                    List.of(ZONE.server(3), ZONE.server(4)),
                    List.of(ZONE.server(1)))))
        .isEqualTo(
            "load over 10s of 1 server: cpu 72.5, memory 40, warming zone1-3, zone1-4,"
                + " missing zone1-2");
    assertThat(
            Descriptions.tell(
                new FleetEvent.ServerExited(
                    ZONE, AT, ZONE.server(2), Optional.of(137), true, "killed by signal 9")))
        .isEqualTo("server zone1-2 died: killed by signal 9 (out of memory)");
    assertThat(
            Descriptions.tell(
                new FleetEvent.PolicyChanged(ZONE, AT, 2, ZonePolicy.DEFAULT, new Actor("ada"))))
        .isEqualTo(
            "policy revision 2 set by ada: 1 to 3 servers by cpu above 70 or below 10 over 10s");
  }

  @Test
  void tellsADecisionWithItsReason() {
    assertThat(Descriptions.tell(command(1, 2, List.of(ZONE.server(2)), List.of(), false)))
        .isEqualTo("1 to 2 servers, start zone1-2: cpu 72.5 is above 70");
    assertThat(
            Descriptions.tell(
                command(2, 2, List.of(ZONE.server(3)), List.of(ZONE.server(1)), true)))
        .isEqualTo(
            "(dry run) stays at 2 servers, start zone1-3, stop zone1-1: cpu 72.5 is above 70");
  }

  @Test
  void aPolicyWithoutRulesIsASentenceToo() {
    ZonePolicy byDefault = ZonePolicy.DEFAULT;
    ZonePolicy none =
        new ZonePolicy(
            byDefault.min(),
            byDefault.max(),
            byDefault.window(),
            List.of(),
            byDefault.limits(),
            byDefault.victims(),
            byDefault.dryRun());

    assertThat(Descriptions.describe(none))
        .isEqualTo("1 to 3 servers, and no rule that changes how many");
  }

  private static ScaleCommand command(
      int from, int to, List<ServerId> start, List<ServerId> stop, boolean dryRun) {
    return new ScaleCommand(
        new CommandId(ZONE, 7),
        ZONE,
        AT,
        "load-observed",
        1,
        from,
        to,
        start,
        stop,
        new Reason(ReasonCode.POLICY, "cpu 72.5 is above 70"),
        Evidence.NONE,
        dryRun,
        1);
  }
}
