package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.canary.Served;
import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CanaryWatchTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Actor EVA = new Actor("eva");
  private static final ServerTemplate OLD = ServerTemplate.DEFAULT;
  private static final ServerTemplate NEW = OLD.withEnvironment(Map.of("RELEASE", "2"));
  private static final int FAST = 20;
  private static final int SLOW = 400;

  private final Provisioner mind = new Provisioner();

  @Test
  void oneThatServesAsTheOthersDoIsAsGoodAfterItsTime() {
    watching();

    seconds(29, of(10, 0, FAST), of(10, 0, FAST));
    assertThat(verdicts()).isEmpty();
    seconds(2, of(10, 0, FAST), of(10, 0, FAST));

    assertThat(verdicts()).hasSize(1);
    CanaryJudged judged = verdicts().getFirst();
    assertThat(judged.verdict()).isEqualTo(Verdict.AS_GOOD);
    assertThat(judged.evidence().watched()).isEqualTo(Duration.ofSeconds(30));
    assertThat(judged.evidence().before().requests()).isEqualTo(300);
    assertThat(judged.evidence().after().latencyP95()).isPresent();
  }

  @Test
  void oneThatFailsATenthOfItsRequestsIsTakenBackBeforeItsTimeIsOver() {
    watching();

    seconds(20, of(10, 0, FAST), of(10, 1, FAST));

    assertThat(verdicts()).extracting(CanaryJudged::verdict).containsExactly(Verdict.WORSE);
    mind.readBack();
    mind.later(Duration.ofSeconds(1));
    assertThat(mind.facts)
        .filteredOn(TemplateChanged.class::isInstance)
        .singleElement()
        .isInstanceOfSatisfying(
            TemplateChanged.class,
            back -> {
              assertThat(back.template()).isEqualTo(OLD);
              assertThat(back.actor()).isEqualTo(Actor.SLUICE);
              assertThat(back.reason().orElseThrow())
                  .startsWith("revision 2 is worse: 10.0 % of its requests failed");
            });
  }

  @Test
  void oneThatStaysSlowIsWorseAndOneThatWasSlowAtFirstIsNot() {
    watching();
    seconds(31, of(20, 0, FAST), of(20, 0, SLOW));
    assertThat(verdicts()).extracting(CanaryJudged::verdict).containsExactly(Verdict.WORSE);

    Provisioner other = new Provisioner();
    watching(other, CanaryPolicy.DEFAULT);
    seconds(other, 14, of(20, 0, FAST), of(20, 0, SLOW));
    seconds(other, 17, of(20, 0, FAST), of(20, 0, FAST));
    assertThat(verdicts(other)).extracting(CanaryJudged::verdict).containsExactly(Verdict.AS_GOOD);
  }

  @Test
  void aZoneWithoutRequestsIsNotHeldUpForLong() {
    watching();

    seconds(6, of(0, 0, FAST), of(0, 0, FAST));

    assertThat(verdicts())
        .singleElement()
        .satisfies(judged -> {
          assertThat(judged.verdict()).isEqualTo(Verdict.UNPROVEN);
          assertThat(judged.evidence().after()).isEqualTo(Served.NOTHING);
        });
  }

  @Test
  void aBalancerThatTellsNothingIsWaitedForAsLongAsThePolicySays() {
    mindABalancer();
    watching();

    for (int second = 0; second < 29; second++) {
      mind.later(Duration.ofSeconds(1));
    }
    assertThat(verdicts()).isEmpty();
    mind.later(Duration.ofSeconds(2));

    assertThat(verdicts()).extracting(CanaryJudged::verdict).containsExactly(Verdict.UNPROVEN);
  }

  @Test
  void theNextOnesAreWatchedUntilTheZoneHasRolledOver() {
    watching();
    seconds(31, of(10, 0, FAST), of(10, 0, FAST));
    mind.readBack();

    seconds(20, of(10, 0, FAST), of(10, 2, FAST));

    assertThat(verdicts())
        .extracting(CanaryJudged::verdict)
        .containsExactly(Verdict.AS_GOOD, Verdict.WORSE);
  }

  @Test
  void nothingIsJudgedWhereThePolicySaysSo() {
    watching(mind, CanaryPolicy.OFF);

    seconds(60, of(10, 0, FAST), of(10, 5, FAST));

    assertThat(verdicts()).isEmpty();
  }

  @Test
  void whatIsHeardOfAZoneThatNobodyKnowsOrThatRollsNowhereSaysNothing() {
    mind.hear(new Input.TrafficHeard(report(new ZoneId("zone9"), Map.of())));
    mind.somebodyWrites(new ZoneDeclared(ZONE, Samples.NOW, EVA));
    seconds(40, of(10, 0, FAST), of(10, 5, FAST));

    assertThat(verdicts()).isEmpty();
    assertThat(mind.told()).noneMatch(fact -> fact.startsWith("condition"));
  }

  private void mindABalancer() {
    mind.somebodyWrites(
        new BalancerStarted(
            ZONE, mind.now, URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2")));
  }

  /** One server of a first template, and one of the next that is ready. */
  private void watching() {
    watching(mind, CanaryPolicy.DEFAULT);
  }

  private static void watching(Provisioner mind, CanaryPolicy canary) {
    mind.somebodyWrites(new ZoneDeclared(ZONE, Samples.NOW, EVA));
    mind.somebodyWrites(
        new PolicyChanged(ZONE, Samples.NOW, 1, ZonePolicy.DEFAULT.with(canary), EVA));
    mind.somebodyWrites(new TemplateChanged(ZONE, Samples.NOW, 1, OLD, EVA, Optional.empty()));
    mind.somebodyWrites(started(mind, 1, 1));
    mind.somebodyWrites(new ServerReady(ZONE, mind.now, ZONE.server(1)));
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 2, NEW, EVA, Optional.empty()));
    mind.somebodyWrites(started(mind, 2, 2));
    mind.somebodyWrites(new ServerReady(ZONE, mind.now, ZONE.server(2)));
    mind.facts.clear();
    mind.later(Duration.ZERO);
  }

  private void seconds(int seconds, OfServer old, OfServer young) {
    seconds(mind, seconds, old, young);
  }

  private static void seconds(Provisioner mind, int seconds, OfServer old, OfServer young) {
    for (int second = 0; second < seconds; second++) {
      mind.hear(
          new Input.TrafficHeard(report(ZONE, Map.of(ZONE.server(1), old, ZONE.server(2), young))));
      mind.later(Duration.ofSeconds(1));
    }
  }

  private static OfServer of(int requests, int failed, int millis) {
    List<Long> counts =
        new ArrayList<>(Collections.nCopies(RequestTimes.BOUNDS_MICROS.size() + 1, 0L));
    int bucket = 0;
    while (RequestTimes.BOUNDS_MICROS.get(bucket) < millis * 1_000L) {
      bucket++;
    }
    counts.set(bucket, (long) requests);
    return new OfServer(requests, failed, 0, Optional.empty(), new RequestTimes(counts));
  }

  private static BalancerMetrics report(ZoneId zone, Map<ServerId, OfServer> servers) {
    return new BalancerMetrics(
        new BalancerMetrics.Reporter("/balancers/zone1", "p"),
        zone,
        Samples.NOW,
        1,
        new BalancerMetrics.Traffic(0, 0, 0, 0, 0, RequestTimes.NONE),
        new TreeMap<>(servers),
        servers.size(),
        false);
  }

  private static FleetEvent started(Provisioner mind, long number, int revision) {
    return new ServerStarted(
        ZONE,
        mind.now,
        ZONE.server(number),
        new CommandId(ZONE, 0),
        URI.create("http://127.0.0.1:" + (5000 + number)),
        "handle",
        new Epoch(7),
        Optional.of(revision));
  }

  private List<CanaryJudged> verdicts() {
    return verdicts(mind);
  }

  private static List<CanaryJudged> verdicts(Provisioner mind) {
    return mind.facts.stream()
        .filter(CanaryJudged.class::isInstance)
        .map(CanaryJudged.class::cast)
        .toList();
  }
}
