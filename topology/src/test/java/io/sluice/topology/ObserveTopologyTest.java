package io.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObserveTopologyTest {
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
  void anImpossibleFigureCountsAsMissingAndIsSaidUntilItIsOver() {
    ZoneId zone = loop.zone("zone1", two());
    loop.load(zone, 12, server -> server.number() == 1 ? 3 : -1);

    assertThat(conditions()).containsExactly("condition-raised impossible-figure");
    assertThat(loop.state(zone).desired()).as("one of two tells of cpu").isEqualTo(2);
    loop.load(zone, 55, 40);
    assertThat(conditions()).isEmpty();
    loop.load(zone, 15, 40);
    assertThat(conditions()).containsExactly("condition-cleared impossible-figure");
  }

  /** What the topology wrote of conditions since this was last asked, which comes back to it. */
  private List<String> conditions() {
    List<String> told = new java.util.ArrayList<>();
    for (var record : loop.observationRecords()) {
      FleetEvent fact = record.value();
      if (fact instanceof FleetEvent.ConditionRaised raised) {
        told.add("condition-raised " + raised.condition().kind());
        loop.fact(fact);
      } else if (fact instanceof FleetEvent.ConditionCleared cleared) {
        told.add("condition-cleared " + cleared.kind());
        loop.fact(fact);
      }
    }
    return told;
  }

  @Test
  void observesADeclaredZoneOnceASecond() {
    ZoneId zone = loop.zone("zone1", POLICY);
    loop.load(zone, 3, 40);
    loop.observations(zone);

    loop.load(zone, 10, 40);

    List<LoadObserved> observations = loop.observations(zone);
    assertThat(observations).hasSizeBetween(9, 11);
    assertThat(observations)
        .allSatisfy(observed -> {
          assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, 40.0));
          assertThat(observed.reporting()).isEqualTo(1);
          assertThat(observed.missing()).isEmpty();
          assertThat(observed.window()).isEqualTo(POLICY.window());
        });
  }

  @Test
  void aZoneThatIsRetiredIsObservedNoMore() {
    ZoneId zone = loop.zone("zone1", POLICY);
    loop.load(zone, 3, 40);
    loop.fact(new FleetEvent.ZoneRetiring(zone, Instant.EPOCH, new Actor("eva")));
    loop.obey();
    loop.fact(new FleetEvent.ZoneRetired(zone, Instant.EPOCH));
    assertThat(loop.state(zone).zone().life().retired()).isTrue();
    loop.observations(zone);

    loop.pass(Duration.ofSeconds(10));

    assertThat(loop.observations(zone)).isEmpty();
  }

  @Test
  void theLoadIsTheMeanOverServersOfTheirMeansOverTheWindow() {
    ZoneId zone = loop.zone("zone1", two());
    loop.load(zone, 5, server -> server.number() == 1 ? 10 : 30);
    loop.load(zone, 6, server -> server.number() == 1 ? 40 : 60);
    loop.observations(zone);

    loop.load(zone, 1, server -> server.number() == 1 ? 40 : 60);

    // Of the ten seconds of the window, three were at 10 and 30, and seven at 40 and 60.
    assertThat(loop.observations(zone).getLast().means().get(Metric.CPU)).isEqualTo(41.0);
  }

  @Test
  void onlyReadyServersCount() {
    ZoneId zone = loop.zone("zone1", POLICY);
    for (int second = 0; second < 5; second++) {
      loop.report(zone.server(77), 100);
      loop.load(zone, 1, 40);
    }

    LoadObserved last = loop.observations(zone).getLast();
    assertThat(last.means()).containsExactly(Map.entry(Metric.CPU, 40.0));
    assertThat(last.reporting()).isEqualTo(1);
  }

  @Test
  void aServerThatFallsSilentIsMissingOnceItsReportsHaveLeftTheWindow() {
    ZoneId zone = loop.zone("zone1", two());
    loop.load(zone, 12, 40);
    loop.observations(zone);

    for (int second = 0; second < 15; second++) {
      loop.report(zone.server(1), 5);
      loop.pass(Duration.ofSeconds(1));
    }

    List<LoadObserved> observations = loop.observations(zone);
    assertThat(observations.getFirst().missing()).isEmpty();
    assertThat(observations.getLast().missing()).containsExactly(zone.server(2));
    assertThat(observations.getLast().reporting()).isEqualTo(1);
    assertThat(observations.getLast().means()).containsExactly(Map.entry(Metric.CPU, 5.0));
    assertThat(loop.state(zone).desired()).as("no scaling in on missing data").isEqualTo(2);
  }

  @Test
  void aZoneThatFallsSilentIsStillObservedAndKeepsItsServers() {
    ZoneId zone = loop.zone("zone1", two());
    loop.load(zone, 12, 40);
    loop.observations(zone);

    loop.pass(Duration.ofSeconds(30));

    List<LoadObserved> observations = loop.observations(zone);
    assertThat(observations).hasSizeBetween(22, 31);
    LoadObserved last = observations.getLast();
    assertThat(last.reporting()).isZero();
    assertThat(last.means()).isEmpty();
    assertThat(last.missing()).containsExactly(zone.server(1), zone.server(2));
    assertThat(loop.state(zone).desired()).isEqualTo(2);
  }

  @Test
  void aZoneWithoutServersIsObservedToo() {
    ZoneId zone = new ZoneId("zone1");
    loop.fact(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION));

    loop.pass(Duration.ofSeconds(5));

    assertThat(loop.observations(zone))
        .isNotEmpty()
        .allSatisfy(observed -> assertThat(observed.reporting()).isZero());
  }

  @Test
  void anUndeclaredZoneIsNotObserved() {
    ServerId stranger = new ZoneId("nowhere").server(1);
    for (int second = 0; second < 5; second++) {
      loop.report(stranger, 99);
      loop.pass(Duration.ofSeconds(1));
    }

    assertThat(loop.observationRecords()).isEmpty();
  }

  @Test
  void aNewServerIsWarmingBeforeItCounts() {
    ZoneId zone = loop.zone("zone1", ZonePolicy.DEFAULT);
    loop.load(zone, 8, 40);
    List<LoadObserved> first = loop.observations(zone);
    loop.load(zone, 4, 40);

    assertThat(first.getLast().warming()).containsExactly(zone.server(1));
    assertThat(first.getLast().missing()).isEmpty();
    assertThat(first).allSatisfy(observed -> assertThat(observed.reporting()).isZero());
    LoadObserved last = loop.observations(zone).getLast();
    assertThat(last.warming()).isEmpty();
    assertThat(last.means()).containsExactly(Map.entry(Metric.CPU, 40.0));
  }

  @Test
  void theIdlestServersAreListedIfThePolicyTakesThemFirst() {
    ZonePolicy policy =
        new ZonePolicy(
            2, 3, POLICY.window(), POLICY.rules(), Limits.NONE, Victims.LEAST_LOADED, false);
    ZoneId zone = loop.zone("zone1", policy);

    loop.load(zone, 5, server -> server.number() == 1 ? 50 : 30);

    assertThat(loop.observations(zone).getLast().idlest())
        .containsExactly(zone.server(2), zone.server(1));
  }

  @Test
  void repeatedReportsCountOnce() {
    ZoneId zone = loop.zone("zone1", POLICY);
    for (int second = 0; second < 5; second++) {
      loop.report(zone.server(1), 20);
      loop.report(zone.server(1), 80, loop.now(), loop.now());
      loop.pass(Duration.ofSeconds(1));
    }

    assertThat(loop.observations(zone).getLast().means())
        .containsExactly(Map.entry(Metric.CPU, 20.0));
    assertThat(counted("repeated-reports-total")).isEqualTo(5);
  }

  @Test
  void reportsOutOfOrderOfTheirMeasurementCount() {
    ZoneId zone = loop.zone("zone1", POLICY);
    for (int second = 0; second < 5; second++) {
      loop.report(zone.server(1), 60, loop.now().plusMillis(100), loop.now());
      loop.report(zone.server(1), 20, loop.now().minusMillis(100), loop.now());
      loop.pass(Duration.ofSeconds(1));
    }

    assertThat(loop.observations(zone).getLast().means())
        .containsExactly(Map.entry(Metric.CPU, 40.0));
  }

  @Test
  void reportsOfAClosedSecondAreLateAndDoNotCount() {
    ZoneId zone = loop.zone("zone1", POLICY);
    loop.load(zone, 5, 40);

    loop.report(zone.server(1), 99, loop.now(), loop.now().minusSeconds(3));
    loop.load(zone, 3, 40);

    assertThat(loop.observations(zone).getLast().means())
        .containsExactly(Map.entry(Metric.CPU, 40.0));
    assertThat(counted("late-reports-total")).isEqualTo(1);
  }

  @Test
  void aNewWindowTakesEffectAtOnce() {
    ZoneId zone = loop.zone("zone1", POLICY);
    loop.load(zone, 12, 20);
    loop.load(zone, 3, 60);
    ZonePolicy shorter = new ZonePolicy(1, 3, Duration.ofSeconds(2), POLICY.rules());
    loop.fact(new PolicyChanged(zone, loop.now(), 2, shorter, Actor.CONFIGURATION));
    loop.observations(zone);

    loop.load(zone, 1, 60);

    LoadObserved first = loop.observations(zone).getFirst();
    assertThat(first.window()).isEqualTo(Duration.ofSeconds(2));
    assertThat(first.means()).containsExactly(Map.entry(Metric.CPU, 60.0));
  }

  @Test
  void observationsTravelAsCloudEvents() {
    ZoneId zone = loop.zone("zone1", POLICY);
    loop.load(zone, 4, 40);

    List<TestRecord<ZoneId, FleetEvent>> records = loop.observationRecords();

    assertThat(records).extracting(entry -> header(entry, "ce_id")).doesNotHaveDuplicates();
    assertThat(records)
        .extracting(entry -> header(entry, "ce_type"))
        .containsOnly("io.sluice.load-observed");
    assertThat(records).extracting(TestRecord::key).containsOnly(zone);
    assertThat(records.stream().map(entry -> header(entry, "ce_source")).distinct()).hasSize(1);
    assertThat(records)
        .extracting(entry -> Integer.parseInt(header(entry, "ce_sequence")))
        .isEqualTo(IntStream.rangeClosed(1, records.size()).boxed().toList());
  }

  private double counted(String metric) {
    return loop.driver().metrics().entrySet().stream()
        .filter(entry -> entry.getKey().name().equals(metric))
        .mapToDouble(entry -> (double) entry.getValue().metricValue())
        .sum();
  }

  private static String header(TestRecord<ZoneId, FleetEvent> entry, String name) {
    Header header = entry.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static ZonePolicy two() {
    return new ZonePolicy(2, 3, ZonePolicy.WINDOW_DEFAULT, List.of(Threshold.DEFAULT));
  }
}
