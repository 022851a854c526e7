package io.sluice.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.metric.BalancerMetrics.Traffic;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.topology.observe.BalancerWindow.Figures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What several balancers of a zone report is one zone's traffic, or is not known. */
class BalancerWindowTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final long FIRST = 1_767_225_600L;
  private static final int SPAN = 10;
  private static final Reporter OWN = new Reporter("/balancers/zone1", "a");
  private static final Reporter SUCCESSOR = new Reporter("/balancers/zone1", "b");
  private static final Reporter GATEWAY = new Reporter("/gateways/gateway", "c");
  private static final int QUICK = 2;
  private static final int SLOW = 11;

  private final BalancerWindow window = new BalancerWindow(0);
  private int second;

  private static Traffic traffic(
      long requests, long failed, int inFlight, double idle, int bucket) {
    List<Long> times =
        new ArrayList<>(Collections.nCopies(RequestTimes.BOUNDS_MICROS.size() + 1, 0L));
    times.set(bucket, requests);
    return new Traffic(requests, failed, inFlight, 3, idle, new RequestTimes(times));
  }

  private static BalancerMetrics report(Reporter reporter, Traffic traffic) {
    OfServer all =
        new OfServer(
            traffic.requests(),
            traffic.failed(),
            traffic.inFlight(),
            Optional.empty(),
            RequestTimes.NONE);
    return new BalancerMetrics(
        reporter,
        ZONE,
        Instant.EPOCH,
        1,
        traffic,
        new TreeMap<>(Map.of(ZONE.server(1), all)),
        1,
        false);
  }

  private static BalancerMetrics last(BalancerMetrics report) {
    return new BalancerMetrics(
        report.balancer(),
        report.zone(),
        report.at(),
        report.seconds(),
        report.traffic(),
        report.servers(),
        report.known(),
        true);
  }

  /** So many seconds in which these are reported. */
  private void pass(int seconds, BalancerMetrics... reports) {
    for (int i = 0; i < seconds; i++) {
      second++;
      for (BalancerMetrics report : reports) {
        window.add(report, FIRST + second, second * 1_000L);
      }
    }
  }

  private Optional<Figures> figures() {
    return window.figures(SPAN, second * 1_000L);
  }

  @Test
  void ratesAndRequestsUnderWayOfSeveralBalancersAddUp() {
    pass(
        12,
        report(OWN, traffic(100, 0, 5, 0, QUICK)),
        report(GATEWAY, traffic(50, 15, 2, 0, QUICK)));

    Figures seen = figures().orElseThrow();

    assertThat(seen.rate()).isCloseTo(150, within(1e-9));
    assertThat(seen.inFlight()).isCloseTo(7, within(1e-9));
    assertThat(seen.waiting()).isCloseTo(6, within(1e-9));
    assertThat(seen.errorPercent()).isCloseTo(10, within(1e-9));
    assertThat(seen.inFlight(ZONE.server(1))).isEqualTo(7);
  }

  @Test
  void latenciesAreThoseOfAllRequestsAndNoMeanOfPercentiles() {
    pass(
        12, report(OWN, traffic(10, 0, 0, 0, SLOW)), report(GATEWAY, traffic(990, 0, 0, 0, QUICK)));

    assertThat(figures().orElseThrow().times().percentileMillis(0.95).orElseThrow())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void aZoneIsIdleForAsLongAsTheLeastIdleOfItsBalancers() {
    pass(5, report(OWN, traffic(0, 0, 0, 900, QUICK)), report(GATEWAY, traffic(0, 0, 0, 4, QUICK)));

    assertThat(figures().orElseThrow().idleSeconds()).isEqualTo(4);
  }

  @Test
  void aBalancerThatFallsSilentIsMissingAndNotZero() {
    pass(
        12,
        report(OWN, traffic(100, 0, 5, 0, QUICK)),
        report(GATEWAY, traffic(50, 0, 2, 0, QUICK)));
    pass(BalancerWindow.SILENT_SECONDS - 1, report(OWN, traffic(100, 0, 5, 0, QUICK)));
    assertThat(figures()).isPresent();

    pass(1, report(OWN, traffic(100, 0, 5, 0, QUICK)));

    assertThat(figures()).isEmpty();
    pass(BalancerWindow.FORGOTTEN_SECONDS, report(OWN, traffic(100, 0, 5, 0, QUICK)));
    assertThat(figures()).get().extracting(Figures::rate).isEqualTo(100.0);
  }

  @Test
  void theOnlyOneThatFallsSilentIsMissingToo() {
    pass(12, report(OWN, traffic(100, 0, 5, 0, QUICK)));

    second += BalancerWindow.SILENT_SECONDS + 2;

    assertThat(figures()).isEmpty();
  }

  @Test
  void whoSaysThatItEndsIsNotWaitedFor() {
    pass(
        12,
        report(OWN, traffic(100, 0, 5, 0, QUICK)),
        report(GATEWAY, traffic(50, 0, 2, 0, QUICK)));

    pass(
        1,
        report(OWN, traffic(100, 0, 5, 0, QUICK)),
        last(report(GATEWAY, traffic(0, 0, 0, 0, QUICK))));

    assertThat(figures().orElseThrow().inFlight()).isEqualTo(5);
  }

  @Test
  void aProcessThatTakesOverTakesTheSilentOnesPlace() {
    pass(12, report(OWN, traffic(100, 0, 5, 0, QUICK)));
    pass(BalancerWindow.SILENT_SECONDS, report(SUCCESSOR, traffic(80, 0, 4, 0, QUICK)));

    assertThat(figures().orElseThrow().inFlight()).isEqualTo(4);
  }

  @Test
  void aSuccessorMayBeginALittleBeforeTheOtherOneEnds() {
    BalancerMetrics old = report(OWN, traffic(100, 0, 5, 0, QUICK));
    BalancerMetrics successor = report(SUCCESSOR, traffic(80, 0, 4, 0, QUICK));
    pass(12, old);
    pass(BalancerWindow.OVERLAP_SECONDS - 1, old, successor);
    pass(BalancerWindow.SILENT_SECONDS, successor);

    assertThat(figures().orElseThrow().inFlight()).isEqualTo(4);
  }

  @Test
  void oneOfTheSameNameThatReportedBesideItAllAlongTakesNobodysPlace() {
    pass(
        60,
        report(OWN, traffic(0, 0, 0, 500, QUICK)),
        report(SUCCESSOR, traffic(80, 0, 4, 0, QUICK)));

    pass(BalancerWindow.SILENT_SECONDS + 1, report(OWN, traffic(0, 0, 0, 500, QUICK)));

    assertThat(figures()).as("the other one may still serve").isEmpty();
  }

  @Test
  void whoHasNotListenedForLongSaysOfNoZoneThatItIsIdleForLonger() {
    pass(20, report(OWN, traffic(0, 0, 0, 86_400, QUICK)));
    assertThat(figures().orElseThrow().idleSeconds()).isEqualTo(20);

    pass(BalancerWindow.FORGOTTEN_SECONDS, report(OWN, traffic(0, 0, 0, 86_400, QUICK)));

    assertThat(figures().orElseThrow().idleSeconds()).isEqualTo(86_400);
  }

  @Test
  void whileBothOfAHandOverReportTheyAddUp() {
    pass(
        12,
        report(OWN, traffic(0, 0, 5, 0, QUICK)),
        report(SUCCESSOR, traffic(80, 0, 4, 0, QUICK)));

    assertThat(figures().orElseThrow().inFlight()).isEqualTo(9);
  }

  @Test
  void whoHasJustBegunToListenDoesNotKnowYetWhoReports() {
    pass(2, report(OWN, traffic(100, 0, 5, 0, QUICK)));

    assertThat(figures()).isEmpty();
    pass(1, report(OWN, traffic(100, 0, 5, 0, QUICK)));
    assertThat(figures()).isPresent();
  }

  @Test
  void onlyTheWindowCounts() {
    pass(20, report(OWN, traffic(100, 0, 5, 0, QUICK)));
    pass(SPAN, report(OWN, traffic(10, 0, 1, 0, QUICK)));

    assertThat(figures().orElseThrow().rate()).isEqualTo(10);
  }

  @Test
  void aBacklogIsNotTakenForNow() {
    for (int i = 0; i < 600; i++) {
      window.add(report(OWN, traffic(100, 0, 5, 0, QUICK)), FIRST + i, 10_000 + i);
    }

    assertThat(window.figures(SPAN, 10_600)).isEmpty();
  }
}
