package io.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.metric.BalancerMetrics.Traffic;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Idle;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zone whose servers write no metrics scales by what its balancers count, to zero and back. */
class TrafficTopologyTest {
  private static final Reporter OWN = new Reporter("/balancers/zone1", "a");
  private static final Reporter GATEWAY = new Reporter("/gateways/gateway", "b");
  private static final int UP_TO_25_MILLIS = 6;

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

  private static ZonePolicy policy(int min, ScalingRule... rules) {
    return new ZonePolicy(min, 9, Duration.ofSeconds(3), List.of(rules)).with(Limits.NONE);
  }

  /** A second of which a balancer tells this. */
  private void tell(Reporter reporter, ZoneId zone, long requests, int inFlight, double idle) {
    List<Long> times =
        new ArrayList<>(Collections.nCopies(RequestTimes.BOUNDS_MICROS.size() + 1, 0L));
    times.set(UP_TO_25_MILLIS, requests);
    List<ServerId> ready = loop.ready(zone);
    Map<ServerId, OfServer> servers = new TreeMap<>();
    ready.forEach(server ->
        servers.put(
            server,
            new OfServer(
                requests / ready.size(), 0, inFlight, Optional.empty(), RequestTimes.NONE)));
    BalancerMetrics report =
        new BalancerMetrics(
            reporter,
            zone,
            loop.now(),
            1,
            new Traffic(requests, 0, inFlight, 0, idle, new RequestTimes(times)),
            new TreeMap<>(servers),
            ready.size(),
            false);
    loop.rawReport(
        Topics.BALANCER_METRICS.key().encode(zone), Topics.BALANCER_METRICS.value().encode(report));
  }

  private void seconds(ZoneId zone, int seconds, long requests, int inFlight, double idle) {
    for (int second = 0; second < seconds; second++) {
      tell(OWN, zone, requests, inFlight, idle);
      loop.pass(Duration.ofSeconds(1));
      takeIn(zone);
    }
  }

  /** What the topology observed comes back to it, as by the broker; the fleet obeys. */
  private void takeIn(ZoneId zone) {
    observed(zone);
    loop.obey();
  }

  private List<LoadObserved> observed(ZoneId zone) {
    List<LoadObserved> observations = loop.observations(zone);
    observations.forEach(loop::fact);
    return observations;
  }

  @Test
  void serversThatWriteNothingAreScaledByTheirRequests() {
    ZoneId zone = loop.zone("zone1", policy(1, new Target(Metric.REQUESTS_PER_SECOND, 50, 0.1)));

    seconds(zone, 10, 180, 4, 0);

    assertThat(loop.state(zone).desired()).isEqualTo(4);
    assertThat(loop.commands().getLast().reason().sentence())
        .contains("requests_per_second 180 (balancer) of a target of 50, times 1 server");
    seconds(zone, 10, 30, 1, 0);
    assertThat(loop.state(zone).desired()).isEqualTo(1);
  }

  @Test
  void theObservationNamesWhoMeasured() {
    ZoneId zone = loop.zone("zone1", policy(1, new Target(Metric.LATENCY_P99, 500, 0.1)));
    for (int second = 0; second < 8; second++) {
      tell(OWN, zone, 100, 3, 0);
      loop.report(zone.server(1), 40);
      loop.pass(Duration.ofSeconds(1));
    }

    LoadObserved last = loop.observations(zone).getLast();

    assertThat(last.version()).isEqualTo(4);
    assertThat(last.load())
        .containsEntry(Metric.CPU, new Mean(40, 1))
        .containsEntry(Metric.REQUESTS_PER_SECOND, new Mean(100, 1, List.of(Measurer.BALANCER)))
        .containsEntry(Metric.REQUESTS_IN_FLIGHT, new Mean(3, 1, List.of(Measurer.BALANCER)))
        .containsKeys(Metric.LATENCY_P95, Metric.LATENCY_P99, Metric.ERROR_SHARE)
        .doesNotContainKeys(Metric.LATENCY_P50, Metric.IDLE_SECONDS);
    assertThat(last.reporting()).as("who writes metrics").isEqualTo(1);
  }

  @Test
  void aBalancerThatFallsSilentChangesNothing() {
    ZoneId zone = loop.zone("zone1", policy(1, new Target(Metric.REQUESTS_PER_SECOND, 50, 0.1)));
    for (int second = 0; second < 10; second++) {
      tell(GATEWAY, zone, 150, 2, 0);
      seconds(zone, 1, 50, 1, 0);
    }
    assertThat(loop.state(zone).desired()).isEqualTo(4);

    seconds(zone, 30, 50, 1, 0);

    assertThat(loop.state(zone).desired()).isEqualTo(4);
  }

  @Test
  void anIdleZoneSleepsAndARequestWakesIt() {
    ZoneId zone =
        loop.zone(
            "zone1",
            policy(
                0,
                new Idle(Duration.ofSeconds(20)),
                new Target(Metric.REQUESTS_PER_SECOND, 50, 0.1)));
    loop.fact(new RequestsWaiting(zone, loop.now(), 1));
    loop.obey();
    seconds(zone, 15, 120, 3, 0);
    assertThat(loop.state(zone).desired()).isEqualTo(3);

    // A WebSocket stays open, and nothing else goes on.
    seconds(zone, 60, 0, 1, 0);
    assertThat(loop.state(zone).desired()).isEqualTo(1);
    for (int idle = 0; idle < 25; idle++) {
      seconds(zone, 1, 0, 0, idle);
    }

    assertThat(loop.state(zone).desired()).isZero();
    assertThat(loop.commands().getLast().reason().sentence()).contains("no request for 20s");
    loop.fact(new RequestsWaiting(zone, loop.now(), 1));
    assertThat(loop.state(zone).desired()).isEqualTo(1);
  }

  @Test
  void aReportUnderAnotherKeyThanItsZoneIsADeadLetter() {
    ZoneId zone = loop.zone("zone1", policy(1));
    BalancerMetrics report =
        new BalancerMetrics(
            OWN,
            zone,
            loop.now(),
            1,
            new Traffic(0, 0, 0, 0, 0, RequestTimes.NONE),
            new TreeMap<>(),
            0,
            false);

    loop.rawReport(
        Topics.ZONE_KEY.encode(new ZoneId("zone2")),
        Topics.BALANCER_METRICS.value().encode(report));

    assertThat(loop.deadLetters()).hasSize(1);
  }

  @Test
  void aFigureFromOutsideWakesAZoneOfWorkers() {
    Metric queue = new Metric("queue_length");
    ZoneId zone = loop.zone("zone1", policy(0, new Target(queue, 100, 0.1)));
    loop.pass(Duration.ofSeconds(3));
    takeIn(zone);

    loop.fact(
        new LoadReported(
            zone,
            loop.now(),
            queue,
            250,
            Duration.ofMinutes(1),
            "redis list jobs",
            new Actor("a")));
    loop.pass(Duration.ofSeconds(3));
    takeIn(zone);

    assertThat(loop.state(zone).desired()).isEqualTo(3);
  }
}
