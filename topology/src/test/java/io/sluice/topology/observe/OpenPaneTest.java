package io.sluice.topology.observe;

import static io.sluice.topology.observe.Reports.ZONE;
import static io.sluice.topology.observe.Reports.cpu;
import static io.sluice.topology.observe.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.topology.observe.OpenPane.Taken;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OpenPaneTest {
  private final OpenPane open = new OpenPane();

  @Test
  void aRecordOfALaterSecondEndsThePane() {
    open.add(cpu(ZONE.server(1), 1, 10), 5_000, 0);

    assertThat(open.endsBefore(5_999)).isFalse();
    assertThat(open.endsBefore(6_000)).isTrue();
  }

  @Test
  void aPaneWithoutASuccessorEndsASecondAfterItsFirstRecord() {
    open.add(cpu(ZONE.server(1), 1, 10), 5_990, 100);

    assertThat(open.overdue(1_099)).isFalse();
    assertThat(open.overdue(1_100)).isTrue();
    open.close();
    assertThat(open.overdue(99_999)).isFalse();
  }

  @Test
  void aLocalClockThatIsSetBackDelaysTheEndByASecondAtMost() {
    open.add(cpu(ZONE.server(1), 1, 10), 5_000, 1_000_000);

    assertThat(open.overdue(500)).isFalse();
    assertThat(open.overdue(1_500)).isTrue();
  }

  @Test
  void holdsTheMeanOfEachServersReports() {
    open.add(report(ZONE.server(1), 1, Map.of(Metric.CPU, 10.0, Metric.GPU, 1.0)), 5_000, 0);
    open.add(cpu(ZONE.server(1), 2, 20), 5_100, 0);
    open.add(cpu(ZONE.server(2), 1, 70), 5_200, 0);

    Pane pane = closed().getFirst();

    assertThat(pane.second()).isEqualTo(5);
    assertThat(pane.size()).isEqualTo(2);
    assertThat(pane.server(0)).isEqualTo(1);
    assertThat(pane.reports(0)).isEqualTo(2);
    int cpu = pane.metrics().indexOf(Metric.CPU);
    int gpu = pane.metrics().indexOf(Metric.GPU);
    assertThat(pane.mean(0, cpu)).isEqualTo(15f);
    assertThat(pane.mean(0, gpu)).isEqualTo(1f);
    assertThat(pane.mean(1, cpu)).isEqualTo(70f);
    assertThat(pane.mean(1, gpu)).isNaN();
  }

  @Test
  void separatesZonesAndCarriesOnlyTheirMetrics() {
    ZoneId other = new ZoneId("zone2");
    open.add(cpu(ZONE.server(1), 1, 10), 5_000, 0);
    open.add(report(other.server(1), 1, Map.of(Metric.GPU, 3.0)), 5_000, 0);

    Map<ZoneId, List<Pane>> panes = open.close();

    assertThat(panes).containsOnlyKeys(ZONE, other);
    assertThat(panes.get(ZONE))
        .singleElement()
        .satisfies(pane -> assertThat(pane.metrics()).containsExactly(Metric.CPU));
    assertThat(panes.get(other))
        .singleElement()
        .satisfies(pane -> assertThat(pane.metrics()).containsExactly(Metric.GPU));
  }

  @Test
  void startsEveryPaneEmpty() {
    open.add(cpu(ZONE.server(1), 1, 90), 5_000, 0);
    open.close();
    open.add(cpu(ZONE.server(1), 2, 10), 6_000, 1_000);

    Pane pane = closed().getFirst();

    assertThat(pane.reports(0)).isEqualTo(1);
    assertThat(pane.mean(0, 0)).isEqualTo(10f);
  }

  @Test
  void countsARepeatedReportOnceAlsoInTheNextPane() {
    assertThat(open.add(cpu(ZONE.server(1), 1, 10), 5_000, 0)).isEqualTo(Taken.COUNTED);
    assertThat(open.add(cpu(ZONE.server(1), 1, 10), 5_100, 0)).isEqualTo(Taken.REPEATED);
    open.close();
    assertThat(open.add(cpu(ZONE.server(1), 1, 10), 6_000, 0)).isEqualTo(Taken.REPEATED);
    assertThat(open.add(cpu(ZONE.server(2), 1, 10), 6_000, 0)).isEqualTo(Taken.COUNTED);
  }

  @Test
  void remembersTheLastReportsAfterMany() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(open.add(cpu(ZONE.server(1), i, 10), 5_000, 0)).isEqualTo(Taken.COUNTED);
      assertThat(open.add(cpu(ZONE.server(1), Math.max(0, i - 3), 10), 5_000, 0))
          .isEqualTo(Taken.REPEATED);
    }
  }

  @Test
  void whatCanNotBeDoesNotSpoilTheMeanOfWhatCan() {
    open.add(cpu(ZONE.server(1), 1, 40), 5_000, 0);
    open.add(cpu(ZONE.server(1), 2, -1), 5_100, 0);
    open.add(cpu(ZONE.server(2), 1, 1e9), 5_100, 0);
    open.add(report(ZONE.server(3), 1, Map.of(new Metric("level"), -7.0)), 5_100, 0);

    Pane pane = closed().getFirst();

    int column = pane.metrics().indexOf(Metric.CPU);
    assertThat(pane.mean(0, column)).isEqualTo(40f);
    assertThat(pane.mean(1, column)).as("seen by who knows the zone").isEqualTo(1e9f);
    assertThat(pane.mean(2, pane.metrics().indexOf(new Metric("level")))).isEqualTo(-7f);
  }

  @Test
  void oldReportsThatComeAtOnceAreNotOfNow() {
    long hour = 3_600_000;
    open.add(cpu(ZONE.server(1), hour, 10), hour, 0);
    open.close();
    for (int i = 0; i < 60; i++) {
      assertThat(open.add(cpu(ZONE.server(1), i * 1_000L, 100), hour + 1_000, 1_000))
          .isEqualTo(Taken.OLD);
    }
    assertThat(open.add(cpu(ZONE.server(1), hour + 1_000, 20), hour + 1_000, 1_000))
        .isEqualTo(Taken.COUNTED);

    Pane pane = closed().getFirst();
    assertThat(pane.reports(0)).isEqualTo(1);
    assertThat(pane.mean(0, 0)).isEqualTo(20f);
  }

  @Test
  void whatTurnsOutToBeOldIsTakenOutAgain() {
    long hour = 3_600_000;
    assertThat(open.add(cpu(ZONE.server(1), 1, 100), hour, 0)).isEqualTo(Taken.COUNTED);
    open.add(cpu(ZONE.server(2), hour, 30), hour, 0);
    assertThat(open.add(cpu(ZONE.server(1), hour, 20), hour, 0)).isEqualTo(Taken.OLD);

    Pane pane = closed().getFirst();
    assertThat(pane.size()).isEqualTo(1);
    assertThat(pane.server(0)).isEqualTo(2);
  }

  @Test
  void aReportOfAClosedSecondIsLate() {
    open.add(cpu(ZONE.server(1), 1, 10), 5_000, 0);
    open.close();

    assertThat(open.add(cpu(ZONE.server(1), 2, 10), 5_999, 0)).isEqualTo(Taken.LATE);
    assertThat(open.add(cpu(ZONE.server(1), 3, 10), 6_000, 0)).isEqualTo(Taken.COUNTED);
  }

  @Test
  void believesABrokersClockThatStaysBack() {
    open.add(cpu(ZONE.server(1), 1, 10), 900_000, 0);
    open.close();

    assertThat(open.add(cpu(ZONE.server(1), 2, 10), 5_000, 1_000)).isEqualTo(Taken.LATE);
    assertThat(open.add(cpu(ZONE.server(1), 3, 10), 7_000, 3_999)).isEqualTo(Taken.LATE);
    assertThat(open.add(cpu(ZONE.server(1), 4, 10), 8_000, 4_000)).isEqualTo(Taken.COUNTED);
    assertThat(closed().getFirst().second()).isEqualTo(8);
  }

  @Test
  void aSingleLateReportNowAndThenIsNotAClockThatWentBack() {
    for (int second = 10; second < 30; second++) {
      long now = second * 1_000L;
      assertThat(open.add(cpu(ZONE.server(1), now, 10), now, now)).isEqualTo(Taken.COUNTED);
      assertThat(open.add(cpu(ZONE.server(2), now, 10), now - 5_000, now)).isEqualTo(Taken.LATE);
      open.close();
    }
  }

  @Test
  void splitsALargeZone() {
    int servers = 2 * Pane.SERVERS_MAX + 1;
    for (int number = 1; number <= servers; number++) {
      open.add(cpu(ZONE.server(number), 1, 10), 5_000, 0);
    }

    List<Pane> panes = closed();

    assertThat(panes).extracting(Pane::size).containsExactly(500, 500, 1);
    Set<Long> seen = new HashSet<>();
    for (Pane pane : panes) {
      for (int row = 0; row < pane.size(); row++) {
        seen.add(pane.server(row));
      }
    }
    assertThat(seen).hasSize(servers);
  }

  @Test
  void oneThatMakesUpMetricsTakesNoOthersPlace() {
    for (int i = 0; i < 2 * Pane.METRICS_MAX; i++) {
      open.add(report(ZONE.server(1), i, Map.of(new Metric("a" + i), 1.0)), 5_000, 0);
    }
    open.add(cpu(ZONE.server(1), 999, 30), 5_000, 0);
    open.add(cpu(ZONE.server(2), 1, 40), 5_000, 0);
    open.add(report(ZONE.server(3), 1, Map.of(new Metric("queue"), 7.0)), 5_000, 0);

    List<Pane> panes = closed();
    assertThat(panes).hasSize(2);
    assertThat(panes)
        .allSatisfy(pane -> assertThat(pane.metrics()).hasSizeLessThanOrEqualTo(Pane.METRICS_MAX));
    assertThat(panes.getLast().metrics()).containsExactly(Metric.CPU, new Metric("queue"));
    assertThat(open.takeDropped()).isPositive();
    assertThat(open.takeDropped()).as("told once").isZero();
  }

  @Test
  void theWellKnownMetricsOfAServerComeBeforeThoseThatItMakesUp() {
    Map<Metric, Double> values = new TreeMap<>(Map.of(Metric.THROUGHPUT, 5.0));
    for (int i = 0; i < Pane.METRICS_MAX; i++) {
      values.put(new Metric("a" + i), 1.0);
    }
    open.add(report(ZONE.server(1), 1, values), 5_000, 0);

    assertThat(closed().getFirst().metrics()).contains(Metric.THROUGHPUT);
    assertThat(open.takeDropped()).isEqualTo(1);
  }

  @Test
  void cutsValuesThatAFloatCannotHold() {
    open.add(cpu(ZONE.server(1), 1, 1e300), 5_000, 0);

    assertThat(closed().getFirst().mean(0, 0)).isEqualTo(Float.MAX_VALUE);
  }

  private List<Pane> closed() {
    return open.close().getOrDefault(ZONE, List.of());
  }
}
