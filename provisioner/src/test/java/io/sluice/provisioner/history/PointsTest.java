package io.sluice.provisioner.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PointsTest {
  private static final Instant AT = Instant.parse("2026-11-01T12:00:00.250Z");

  @Test
  void aReportIsALineWithZoneAndServerAsTags() {
    ServerMetrics report =
        new ServerMetrics(
            ServerId.of("zone1-7"),
            AT,
            HealthStatus.HEALTHY,
            new TreeMap<>(Map.of(Metric.CPU, 12.5, Metric.THROUGHPUT, 3.0)));

    assertThat(Points.of(report).toLineProtocol())
        .isEqualTo(
            "server,server=zone1-7,zone=zone1 cpu_usage=12.5,health_status=\"healthy\",throughput=3.0 "
                + AT.toEpochMilli());
  }

  @Test
  void aDecisionIsALineWithItsSentence() {
    ScaleCommand command = Samples.command("zone1@5", List.of("zone1-2"), List.of());

    assertThat(Points.of(command).toLineProtocol())
        .startsWith("decision,reason=policy,zone=" + command.zone() + " ")
        .contains(
            "from=" + command.from() + "i",
            "to=" + command.to() + "i",
            "sentence=\"because\"",
            "command=\"" + command.id() + "\"")
        .endsWith(" " + command.at().toEpochMilli());
  }
}
