package io.sluice.topology.observe;

import static io.sluice.topology.observe.Reports.ZONE;
import static io.sluice.topology.observe.Reports.pane;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ZoneWindowTest {
  private static final long SECOND = 1_000;

  /** Panes are counted from here; far from the local clock, which starts at zero. */
  private static final long FIRST = 1_767_225_600L;

  @Test
  void aServerThatFallsSilentIsMissingHoweverLongTheWindow() {
    Zone zone = zone(3_600, 1, 2);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 100; second++) {
      window.add(pane(FIRST + second, 20, 1), second * SECOND);
      if (second < 60) {
        window.add(pane(FIRST + second, 90, 2), second * SECOND);
      }
      LoadObserved observed = window.observe(zone, Instant.EPOCH, second * SECOND);
      if (second > 1) {
        boolean silent = second - 59 >= ServerWindow.SILENT_SECONDS;
        assertThat(observed.reporting()).as("second %d", second).isEqualTo(silent ? 1 : 2);
        assertThat(observed.missing().size()).isEqualTo(silent ? 1 : 0);
      }
    }
  }

  @Test
  void aMetricThatFallsSilentIsMissingHoweverLongTheWindow() {
    Zone zone = zone(600, 1, 2);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 100; second++) {
      window.add(both(FIRST + second, 1), second * SECOND);
      window.add(
          second < 60 ? both(FIRST + second, 2) : pane(FIRST + second, 20, 2), second * SECOND);
    }

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 99 * SECOND);

    assertThat(observed.reporting()).isEqualTo(2);
    assertThat(observed.reporting(Metric.CPU)).isEqualTo(2);
    assertThat(observed.reporting(Metric.GPU)).isEqualTo(1);
  }

  @Test
  void whoReportsRarelyIsNotSilentBetween() {
    Zone zone = zone(600, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 300; second++) {
      window.add(pane(FIRST + second, 20, second % 30 == 0 ? 1 : 2), second * SECOND);
      LoadObserved observed = window.observe(zone, Instant.EPOCH, second * SECOND);
      if (second > 30) {
        assertThat(observed.reporting()).as("second %d", second).isEqualTo(1);
      }
    }
  }

  @Test
  void whatCanNotBeIsNotReported() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 3; second++) {
      window.add(pane(FIRST + second, 60, 1), second * SECOND);
      window.add(pane(FIRST + second, -1, 2), second * SECOND);
    }

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 2 * SECOND);

    assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, 60.0));
    assertThat(observed.reporting(Metric.CPU)).isEqualTo(1);
    assertThat(observed.reporting()).isEqualTo(2);
    Flaws.Left left = window.flaws().take();
    assertThat(left.impossible()).isEqualTo(3);
    assertThat(left.impossibleLast()).contains(new Flaws.Impossible(2, Metric.CPU, -1));
    assertThat(window.flaws().take().impossible()).as("told once").isZero();
  }

  private static Pane both(long second, long server) {
    return new Pane(
        second,
        List.of(Metric.CPU, Metric.GPU),
        new long[] {server},
        new int[] {1},
        new float[] {20, 30});
  }

  @Test
  void theMetricsOfRulesKeepTheirPlaceWhateverIsMadeUp() {
    Zone zone = zone(10, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 8; second++) {
      window.add(madeUp(FIRST + second, 20 * second), second * SECOND);
      window.observe(zone, Instant.EPOCH, second * SECOND);
    }
    window.add(pane(FIRST + 9, 55, 1), 9_000);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 9_000);

    assertThat(observed.means()).containsEntry(Metric.CPU, 55.0);
    assertThat(observed.means()).hasSizeLessThanOrEqualTo(Columns.OTHERS_MAX + 5);
    assertThat(window.flaws().take().dropped()).isPositive();
  }

  @Test
  void aMetricThatNobodyReportsAnyMoreGivesUpItsPlace() {
    Zone zone = zone(10, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int i = 0; i < 4; i++) {
      window.add(madeUp(FIRST + i, 20 * i), i * SECOND);
    }
    Pane later =
        new Pane(
            FIRST + 100,
            List.of(new Metric("queue")),
            new long[] {1},
            new int[] {1},
            new float[] {7});
    window.add(later, 100 * SECOND);

    for (int i = 0; i < 5; i++) {
      window.observe(zone, Instant.EPOCH, 100 * SECOND + i);
    }
    assertThat(window.observe(zone, Instant.EPOCH, 101 * SECOND).means())
        .isEqualTo(Map.of(new Metric("queue"), 7.0));
  }

  private static Pane madeUp(long second, int from) {
    List<Metric> names =
        IntStream.range(from, from + 20).mapToObj(i -> new Metric("a" + i)).toList();
    float[] means = new float[names.size()];
    Arrays.fill(means, 1);
    return new Pane(second, names, new long[] {1}, new int[] {1}, means);
  }

  @Test
  void aSecondIsCompleteWhenEveryServerThatReportedLatelyHasDelivered() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = steady(zone, 1, 2);

    window.add(pane(FIRST + 3, 20, 1), 3_000);
    assertThat(window.complete(3_000)).isFalse();
    window.add(pane(FIRST + 3, 20, 2), 3_100);
    assertThat(window.complete(3_100)).isTrue();
    window.observe(zone, Instant.EPOCH, 3_100);
    assertThat(window.complete(3_100)).as("observed").isFalse();
  }

  @Test
  void aServerThatFellSilentDelaysTheNextSecondsOnlyUntilTheyEnd() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = steady(zone, 1, 2);

    window.add(pane(FIRST + 3, 20, 1), 3_000);
    assertThat(window.complete(3_000)).isFalse();
    assertThat(window.endsWith(pane(FIRST + 4, 20, 1), 4_000)).isTrue();
    window.observe(zone, Instant.EPOCH, 4_000);
    window.add(pane(FIRST + 4, 20, 1), 4_000);
    window.observe(zone, Instant.EPOCH, 4_500);
    window.add(pane(FIRST + 5, 20, 1), 5_000);
    assertThat(window.complete(5_000)).as("no longer waited for").isTrue();
  }

  @Test
  void anObservationIsOverdueAfterSilence() {
    ZoneWindow window = new ZoneWindow(zone(10, 1), 0);

    assertThat(window.overdue(1_199)).isFalse();
    assertThat(window.overdue(1_200)).isTrue();
    window.observe(zone(10, 1), Instant.EPOCH, 1_200);
    assertThat(window.overdue(2_399)).isFalse();
  }

  @Test
  void aLocalClockThatIsSetBackDelaysAnObservationByOneAtMost() {
    ZoneWindow window = new ZoneWindow(zone(10, 1), 1_000_000);

    assertThat(window.overdue(500)).isFalse();
    assertThat(window.overdue(1_700)).isTrue();
  }

  @Test
  void theWindowHasExactlyTheSecondsOfThePolicy() {
    Zone zone = zone(3, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    double[] cpu = {100, 10, 20, 60};
    for (int i = 0; i < cpu.length; i++) {
      window.add(pane(FIRST + i, cpu[i], 1), i * SECOND);
    }

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 3 * SECOND);

    assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, 30.0));
    assertThat(observed.window()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aServersMeanIsThatOfItsReportsAndTheZonesThatOfItsServers() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = steady(zone, 1, 2);
    // Two reports of 50 in one second weigh twice; the other server has one in the same time.
    window.add(
        new Pane(
            FIRST + 3,
            List.of(Metric.CPU),
            new long[] {1, 2},
            new int[] {2, 1},
            new float[] {50, 80}),
        3_000);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 3_000);

    // Server 1: 20, 20, 20, 50, 50; server 2: 20, 20, 20, 80.
    assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, (32.0 + 35.0) / 2));
  }

  @Test
  void thePanesOfOneServerFromTwoPartitionsAddUp() {
    Zone zone = zone(10, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    window.add(pane(FIRST, 10, 1), 0);
    window.add(pane(FIRST, 30, 1), 1_500);

    assertThat(window.observe(zone, Instant.EPOCH, 1_500).means())
        .containsExactly(Map.entry(Metric.CPU, 20.0));
  }

  @Test
  void aPaneOfAnEarlierSecondStillCountsWithinTheWindow() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = steady(zone, 1);
    window.add(pane(FIRST + 1, 60, 2), 2_500);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 2_500);

    assertThat(observed.missing()).isEmpty();
    assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, 40.0));
  }

  @Test
  void withoutReportsTheWindowMovesOnByTheTimeThatPasses() {
    Zone zone = zone(5, 1);
    ZoneWindow window = steady(zone, 1);

    assertThat(window.observe(zone, Instant.EPOCH, 6_000).reporting()).isEqualTo(1);
    LoadObserved later = window.observe(zone, Instant.EPOCH, 9_000);
    assertThat(later.reporting()).isZero();
    assertThat(later.missing()).containsExactly(ZONE.server(1));
    assertThat(later.means()).isEmpty();
  }

  @Test
  void missingIsNotZero() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = steady(zone, 1);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 2_500);

    assertThat(observed.reporting()).isEqualTo(1);
    assertThat(observed.missing()).containsExactly(ZONE.server(2));
    assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, 20.0));
  }

  @Test
  void aMetricThatOnlySomeServersReportIsTheMeanOfThose() {
    Zone zone = zone(10, 1, 2);
    ZoneWindow window = steady(zone, 1, 2);
    window.add(
        new Pane(FIRST + 2, List.of(Metric.GPU), new long[] {2}, new int[] {1}, new float[] {44}),
        2_100);

    assertThat(window.observe(zone, Instant.EPOCH, 2_200).means())
        .containsExactly(Map.entry(Metric.CPU, 20.0), Map.entry(Metric.GPU, 44.0));
  }

  @Test
  void aLongerWindowKeepsWhatIsThereAndAShorterOneForgetsAtOnce() {
    ZoneWindow window = new ZoneWindow(zone(3, 1), 0);
    for (int i = 0; i < 5; i++) {
      window.add(pane(FIRST + i, i * 10, 1), i * SECOND);
    }

    assertThat(window.observe(zone(10, 1), Instant.EPOCH, 4_000).means().get(Metric.CPU))
        .isEqualTo(30.0);
    window.add(pane(FIRST + 5, 50, 1), 5_000);
    assertThat(window.observe(zone(10, 1), Instant.EPOCH, 5_000).means().get(Metric.CPU))
        .isEqualTo(35.0);
    assertThat(window.observe(zone(1, 1), Instant.EPOCH, 5_000).means().get(Metric.CPU))
        .isEqualTo(50.0);
  }

  @Test
  void panesOfABacklogAreNotOfNow() {
    Zone zone = zone(10, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int i = 0; i < 300; i++) {
      long now = i * 10L;
      assertThat(window.endsWith(pane(FIRST + i, 90, 1), now)).isFalse();
      window.add(pane(FIRST + i, 90, 1), now);
      assertThat(window.complete(now)).isFalse();
    }

    LoadObserved during = window.observe(zone, Instant.EPOCH, 3_000);
    assertThat(during.reporting()).isZero();
    assertThat(during.missing()).containsExactly(ZONE.server(1));
    for (int i = 300; i < 303; i++) {
      window.add(pane(FIRST + i, 30, 1), 3_000 + (i - 300) * SECOND);
    }
    assertThat(window.observe(zone, Instant.EPOCH, 5_000).reporting()).isEqualTo(1);
  }

  @Test
  void believesABrokersClockThatStaysBack() {
    Zone zone = zone(5, 1);
    ZoneWindow window = steady(zone, 1);

    window.add(pane(FIRST - 100, 70, 1), 2_500);
    assertThat(window.observe(zone, Instant.EPOCH, 2_500).means().get(Metric.CPU)).isEqualTo(20.0);
    window.add(pane(FIRST - 97, 70, 1), 6_000);
    window.add(pane(FIRST - 96, 70, 1), 7_000);
    assertThat(window.observe(zone, Instant.EPOCH, 7_000).means().get(Metric.CPU)).isEqualTo(70.0);
  }

  @Test
  void namesOnlySoManyMissingServers() {
    Zone zone = zone(10, LongStream.rangeClosed(1, 1_500).toArray());

    LoadObserved observed = new ZoneWindow(zone, 0).observe(zone, Instant.EPOCH, 2_000);

    assertThat(observed.missing()).hasSize(ZoneWindow.MISSING_LISTED_MAX);
  }

  @Test
  void roundsToSixDigits() {
    Zone zone = zone(10, 1, 2, 3);
    ZoneWindow window = steady(zone, 1, 2);
    window.add(pane(FIRST + 2, 72.4, 3), 2_100);

    assertThat(window.observe(zone, Instant.EPOCH, 2_200).means().get(Metric.CPU))
        .isEqualTo(37.4667);
  }

  /** Three seconds of twenty percent from these servers, all observed. */
  private static ZoneWindow steady(Zone zone, long... servers) {
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int i = 0; i < 3; i++) {
      window.add(pane(FIRST + i, 20, servers), i * SECOND);
    }
    window.observe(zone, Instant.EPOCH, 2 * SECOND);
    return window;
  }

  private static Zone zone(int windowSeconds, long... ready) {
    Instant at = Instant.EPOCH;
    ZonePolicy policy =
        new ZonePolicy(1, 9, Duration.ofSeconds(windowSeconds), ZonePolicy.DEFAULT.rules())
            .with(Limits.NONE);
    Zone zone = Zone.unknown(ZONE);
    zone = told(zone, new ZoneDeclared(ZONE, at, Actor.CONFIGURATION));
    zone = told(zone, new PolicyChanged(ZONE, at, 1, policy, Actor.CONFIGURATION));
    for (long number : ready) {
      ServerId server = ZONE.server(number);
      CommandId command = new CommandId(ZONE, 0);
      URI address = URI.create("http://127.0.0.1:5001");
      zone = told(zone, new ServerStarted(ZONE, at, server, command, address, "1", Epoch.NONE));
      zone = told(zone, new ServerReady(ZONE, at, server));
    }
    return zone;
  }

  private static Zone told(Zone zone, FleetEvent event) {
    return zone.apply(new JournalRecord(0, Instant.EPOCH, event));
  }

  @Test
  void believesABrokersClockThatStaysBackHoweverLongTheWindow() {
    Zone zone = zone(3_600, 1);
    ZoneWindow window = steady(zone, 1);
    window.add(pane(FIRST + 1_800, 20, 1), 3 * SECOND);
    for (int second = 4; second < 30; second++) {
      window.add(pane(FIRST + second, 40, 1), second * SECOND);
      LoadObserved observed = window.observe(zone, Instant.EPOCH, second * SECOND);
      if (second > 12) {
        assertThat(observed.reporting()).as("second %d", second).isEqualTo(1);
      }
    }
  }

  @Test
  void oneGapMakesNobodyRare() {
    Zone zone = zone(600, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 400; second++) {
      boolean there = second < 60 || second == 260;
      window.add(pane(FIRST + second, 20, there ? 1 : 2), second * SECOND);
      LoadObserved observed = window.observe(zone, Instant.EPOCH, second * SECOND);
      if (second > 260) {
        boolean silent = second - 260 >= ServerWindow.SILENT_SECONDS;
        assertThat(observed.reporting()).as("second %d", second).isEqualTo(silent ? 0 : 1);
        assertThat(observed.reporting(Metric.CPU)).isEqualTo(silent ? 0 : 1);
      }
    }
  }

  /** With a window of an hour each has a ring of up to a megabyte. */
  @Test
  void serversThatAreMadeUpHaveNoMemory() {
    Zone zone = zone(3_600, 1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int second = 0; second < 3; second++) {
      window.add(pane(FIRST + second, 20, 1, 900_001, 900_002), second * SECOND);
    }
    assertThat(window.servers()).isEqualTo(1);
    window.observe(zone(3_600, 1, 2), Instant.EPOCH, 3 * SECOND);
    window.add(pane(FIRST + 3, 20, 1, 2, 900_001), 3 * SECOND);

    assertThat(window.servers()).as("one that has been started since").isEqualTo(2);
  }
}
