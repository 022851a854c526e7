package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reports and panes for tests. */
final class Reports {
  static final ZoneId ZONE = new ZoneId("zone1");

  private Reports() {}

  static ServerMetrics cpu(ServerId server, long measuredMillis, double cpu) {
    return report(server, measuredMillis, Map.of(Metric.CPU, cpu));
  }

  static ServerMetrics report(ServerId server, long measuredMillis, Map<Metric, Double> values) {
    return new ServerMetrics(
        server, Instant.ofEpochMilli(measuredMillis), HealthStatus.HEALTHY, new TreeMap<>(values));
  }

  /** A pane in which each of these servers reported this once. */
  static Pane pane(long second, double cpu, long... servers) {
    int[] reports = new int[servers.length];
    float[] means = new float[servers.length];
    Arrays.fill(reports, 1);
    Arrays.fill(means, (float) cpu);
    return new Pane(second, List.of(Metric.CPU), servers, reports, means);
  }
}
