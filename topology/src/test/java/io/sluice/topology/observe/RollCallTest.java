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
import io.sluice.schemas.policy.Cron;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who counts in an observation, who does not yet, and who is the idlest. */
class RollCallTest {
  /** Panes are counted from here; far from the local clock, which starts at zero. */
  private static final long FIRST = 1_767_225_600L;

  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final List<ScalingRule> ON_CPU = ZonePolicy.DEFAULT.rules();

  @Test
  void aServerThatIsReadyForLessThanTheWarmUpDoesNotCount() {
    Zone zone = ready(ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, -100), 2, -5);
    ZoneWindow window = steady(zone, 1, 20);
    window.add(pane(FIRST + 2, 100, 2), 2_000);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 2_000);

    assertThat(observed.warming()).containsExactly(ZONE.server(2));
    assertThat(observed.missing()).isEmpty();
    assertThat(observed.reporting()).isEqualTo(1);
    assertThat(observed.means()).containsExactly(Map.entry(Metric.CPU, 20.0));
  }

  @Test
  void theWarmUpEndsWhenTheNewestSecondEndsSoLongAfterTheServerWasReady() {
    Zone zone = ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, -7);
    ZoneWindow window = steady(zone, 1, 20);

    assertThat(window.observe(zone, Instant.EPOCH, 2_000).reporting()).isEqualTo(1);
    Zone later = ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, -6.9);
    assertThat(window.observe(later, Instant.EPOCH, 2_000).warming()).hasSize(1);
    window.add(pane(FIRST + 3, 20, 1), 3_000);
    assertThat(window.observe(later, Instant.EPOCH, 3_000).warming()).isEmpty();
  }

  @Test
  void aSilentServerWarmsUpToo() {
    Zone zone = ready(ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, -100), 2, -1);
    ZoneWindow window = steady(zone, 1, 20);

    assertThat(window.observe(zone, Instant.EPOCH, 2_000).missing()).isEmpty();
    // Nothing comes any more: the time that passes locally counts.
    assertThat(window.observe(zone, Instant.EPOCH, 8_000).warming()).hasSize(1);
    LoadObserved later = window.observe(zone, Instant.EPOCH, 11_000);
    assertThat(later.warming()).isEmpty();
    assertThat(later.missing()).containsExactly(ZONE.server(2));
  }

  @Test
  void withoutAWarmUpEverybodyCountsAtOnce() {
    Zone zone = ready(zone(policy(Duration.ZERO, Victims.NEWEST, ON_CPU)), 1, 2);

    LoadObserved observed = steady(zone, 1, 20).observe(zone, Instant.EPOCH, 2_000);

    assertThat(observed.warming()).isEmpty();
    assertThat(observed.reporting()).isEqualTo(1);
  }

  @Test
  void aWarmingServerIsWaitedForLikeAnyOther() {
    Zone zone = ready(ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, -100), 2, -1);
    ZoneWindow window = steady(zone, 1, 20);
    window.add(pane(FIRST + 2, 90, 2), 2_000);
    window.observe(zone, Instant.EPOCH, 2_000);

    window.add(pane(FIRST + 3, 20, 1), 3_000);
    assertThat(window.complete(3_000)).isFalse();
    window.add(pane(FIRST + 3, 90, 2), 3_100);
    assertThat(window.complete(3_100)).isTrue();
  }

  @Test
  void aBrokersClockThatWasSetBackKeepsNobodyWarm() {
    Zone zone = ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, 3_600);

    assertThat(steady(zone, 1, 20).observe(zone, Instant.EPOCH, 2_000).warming()).isEmpty();
  }

  @Test
  void whileABacklogIsWorkedOffNobodyIsWarming() {
    Zone zone = ready(zone(policy(WARM_UP, Victims.NEWEST, ON_CPU)), 1, -1);
    ZoneWindow window = new ZoneWindow(zone, 0);
    window.add(pane(FIRST, 20, 1), 0);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 10);

    assertThat(observed.warming()).isEmpty();
    assertThat(observed.missing()).containsExactly(ZONE.server(1));
  }

  @Test
  void namesOnlySoManyWarmingServers() {
    Zone zone = zone(policy(WARM_UP, Victims.NEWEST, ON_CPU));
    for (int number = 1; number <= ZoneWindow.MISSING_LISTED_MAX + 1; number++) {
      zone = ready(zone, number, -1);
    }

    assertThat(steady(zone, 1, 20).observe(zone, Instant.EPOCH, 2_000).warming())
        .hasSize(ZoneWindow.MISSING_LISTED_MAX);
  }

  @Test
  void theIdlestAreListedIfThePolicyAsks() {
    ZonePolicy policy = policy(WARM_UP, Victims.LEAST_LOADED, ON_CPU);
    Zone zone = zone(policy);
    for (int number = 1; number <= 6; number++) {
      zone = ready(zone, number, number == 5 ? -1 : -100);
    }
    ZoneWindow window = steady(zone, 1, 40);
    window.add(pane(FIRST + 2, 10, 2, 4), 2_000);
    window.add(pane(FIRST + 2, 30, 3), 2_000);
    window.add(pane(FIRST + 2, 0, 5), 2_000);

    LoadObserved observed = window.observe(zone, Instant.EPOCH, 2_000);

    assertThat(observed.idlest())
        .as("neither the warming one nor the missing one")
        .containsExactly(ZONE.server(2), ZONE.server(4), ZONE.server(3), ZONE.server(1));
    Zone other = told(zone, changed(2, policy(WARM_UP, Victims.OLDEST, ON_CPU)), -100);
    assertThat(window.observe(other, Instant.EPOCH, 2_000).idlest()).isEmpty();
  }

  @Test
  void theIdlestAreSoByTheFirstRuleThatHasAMetric() {
    ScalingRule weekend =
        new ScalingRule.Schedule(
            ZoneOffset.UTC, new Cron("0 0 * * 6"), new Cron("0 0 * * 1"), 1, 2);
    ScalingRule memory = new ScalingRule.Target(Metric.MEMORY, 50, 0.1);
    ZonePolicy policy =
        policy(WARM_UP, Victims.LEAST_LOADED, List.of(weekend, memory, ON_CPU.getFirst()));
    Zone zone = ready(ready(ready(zone(policy), 1, -100), 2, -100), 3, -100);
    ZoneWindow window = steady(zone, 1, 10);
    window.add(pane(FIRST + 2, 5, 3), 2_000);
    assertThat(window.observe(zone, Instant.EPOCH, 2_000).idlest()).isEmpty();
    window.add(
        new Pane(
            FIRST + 2,
            List.of(Metric.MEMORY),
            new long[] {1, 2},
            new int[] {1, 1},
            new float[] {90, 60}),
        2_000);

    assertThat(window.observe(zone, Instant.EPOCH, 2_000).idlest())
        .as("server 3 has not said how much memory it uses")
        .containsExactly(ZONE.server(2), ZONE.server(1));
  }

  @Test
  void ofManyServersTheIdlestAreTheFirstOfAll() {
    int servers = 1_000;
    Zone zone = zone(policy(Duration.ZERO, Victims.LEAST_LOADED, ON_CPU));
    for (int number = 1; number <= servers; number++) {
      zone = ready(zone, number, -100);
    }
    ZoneWindow window = new ZoneWindow(zone, 0);
    window.add(pane(FIRST, 0), 0);
    for (int number = 1; number <= servers; number++) {
      window.add(pane(FIRST + 2, mixed(number), number), 2_000);
    }

    List<ServerId> idlest = window.observe(zone, Instant.EPOCH, 2_000).idlest();

    assertThat(idlest)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, servers)
                .boxed()
                .sorted(Comparator.comparingDouble(RollCallTest::mixed).thenComparing(id -> id))
                .limit(ZoneWindow.IDLEST_LISTED_MAX)
                .map(ZONE::server)
                .toList());
  }

  /** A load from 0 to 36 that many servers share. */
  private static double mixed(long number) {
    return number * number % 37;
  }

  /** Three seconds of this load from one server, by now in step with the local clock. */
  private static ZoneWindow steady(Zone zone, long server, double cpu) {
    ZoneWindow window = new ZoneWindow(zone, 0);
    for (int i = 0; i < 3; i++) {
      window.add(pane(FIRST + i, cpu, server), i * 1_000L);
    }
    return window;
  }

  private static ZonePolicy policy(Duration warmUp, Victims victims, List<ScalingRule> rules) {
    Limits limits =
        new Limits(
            warmUp,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    return new ZonePolicy(1, 9, Duration.ofSeconds(10), rules, limits, victims, false);
  }

  private static Zone zone(ZonePolicy policy) {
    Zone zone = told(Zone.unknown(ZONE), new ZoneDeclared(ZONE, at(0), Actor.CONFIGURATION), -200);
    return told(zone, changed(1, policy), -200);
  }

  private static PolicyChanged changed(int revision, ZonePolicy policy) {
    return new PolicyChanged(ZONE, at(0), revision, policy, Actor.CONFIGURATION);
  }

  /** The zone with one more server, ready since so many seconds after the first pane's begin. */
  private static Zone ready(Zone zone, long number, double since) {
    ServerId server = ZONE.server(number);
    CommandId command = new CommandId(ZONE, 0);
    URI address = URI.create("http://127.0.0.1:5001");
    Zone next =
        told(
            zone,
            new ServerStarted(ZONE, at(since), server, command, address, "1", Epoch.NONE),
            since);
    return told(next, new ServerReady(ZONE, at(since), server), since);
  }

  private static Zone told(Zone zone, FleetEvent event, double time) {
    return zone.apply(new JournalRecord(0, at(time), event));
  }

  private static Instant at(double seconds) {
    return Instant.ofEpochSecond(FIRST).plusMillis(Math.round(seconds * 1_000));
  }
}
