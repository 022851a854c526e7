package io.sluice.balancer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.balancer.report.LoadReports.Counted;
import io.sluice.balancer.report.LoadReports.Server;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.topic.DeadLetter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a balancer tells of a second is what was counted in it. */
final class LoadReportsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final long SECOND = 1_000_000_000L;
  private static final int UP_TO_25_MILLIS = 6;

  private final SortedMap<ZoneId, Counted> counted = new TreeMap<>();
  private final List<BalancerMetrics> told = new ArrayList<>();
  // A clock may begin anywhere, also just before it overflows.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final LoadReports reports =
      new LoadReports(new Reporter("/balancers/zone1", "a"), () -> counted, new Told(), nanos::get);

  private final class Told implements Journal {
    @Override
    public void record(FleetEvent fact) {
      throw new AssertionError("figures are no facts");
    }

    @Override
    public void putAway(DeadLetter where, byte[] key, byte[] value) {
      throw new AssertionError("nothing was unreadable");
    }

    @Override
    public void measure(BalancerMetrics figures) {
      told.add(figures);
    }

    @Override
    public void close() {}
  }

  private static RequestTimes times(long requests) {
    List<Long> counts =
        new ArrayList<>(Collections.nCopies(RequestTimes.BOUNDS_MICROS.size() + 1, 0L));
    counts.set(UP_TO_25_MILLIS, requests);
    return new RequestTimes(counts);
  }

  private static Counted counted(
      long asked, long unanswered, int waiting, SortedMap<ServerId, Server> servers) {
    return new Counted(asked, unanswered, waiting, servers);
  }

  private static SortedMap<ServerId, Server> server(long requests, long failed, int inFlight) {
    return new TreeMap<>(
        Map.of(ZONE.server(1), new Server(times(requests), failed, inFlight, true)));
  }

  private void begun(Counted now) {
    counted.put(ZONE, now);
    reports.tell(false);
    assertThat(told).as("of no time nothing can be told").isEmpty();
  }

  private BalancerMetrics after(long nanosPassed, Counted now) {
    nanos.addAndGet(nanosPassed);
    counted.put(ZONE, now);
    reports.tell(false);
    return told.getLast();
  }

  @Test
  void aZoneThatComesLateIsToldOfFromThenOn() {
    reports.tell(false);
    nanos.addAndGet(3 * 86_400 * SECOND);
    begun(counted(0, 0, 0, server(0, 0, 0)));

    BalancerMetrics first = after(SECOND, counted(40, 0, 0, server(40, 0, 0)));

    assertThat(first.seconds()).isCloseTo(1, within(1e-9));
    assertThat(first.traffic().requests()).isEqualTo(40);
  }

  @Test
  void aZoneThatComesLateIsNotIdleSinceLongBefore() {
    reports.tell(false);
    nanos.addAndGet(3 * 86_400 * SECOND);
    begun(counted(0, 0, 0, server(0, 0, 0)));

    assertThat(after(SECOND, counted(0, 0, 0, server(0, 0, 0))).traffic().idleSeconds())
        .isEqualTo(1);
  }

  @Test
  void whatWasCountedBeforeAZoneCameBackIsNotOfTheSecondInWhichItDid() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(SECOND, counted(900, 20, 0, server(900, 70, 0)));
    nanos.addAndGet(SECOND);
    counted.clear();
    reports.tell(false);
    nanos.addAndGet(60 * SECOND);
    counted.put(ZONE, counted(1000, 25, 0, server(1000, 80, 0)));
    reports.tell(false);

    BalancerMetrics again = after(SECOND, counted(1003, 26, 0, server(1002, 81, 0)));

    assertThat(again.seconds()).isCloseTo(1, within(1e-9));
    assertThat(again.traffic().requests()).as("2 of the server, 1 without one").isEqualTo(3);
    assertThat(again.traffic().failed()).as("1 of the server, 1 without one").isEqualTo(2);
    assertThat(again.traffic().latencies()).isEqualTo(times(2));
  }

  @Test
  void itTellsWhatWasCountedSinceTheReportBefore() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(SECOND, counted(120, 0, 0, server(100, 4, 7)));

    BalancerMetrics second = after(2 * SECOND, counted(190, 3, 5, server(160, 10, 9)));

    assertThat(second.seconds()).isCloseTo(2, within(1e-9));
    assertThat(second.traffic().requests()).as("60 of the server, 3 without one").isEqualTo(63);
    assertThat(second.traffic().failed()).as("6 of the server, 3 without one").isEqualTo(9);
    assertThat(second.traffic().inFlight()).isEqualTo(9);
    assertThat(second.traffic().waiting()).isEqualTo(5);
    assertThat(second.traffic().latencies()).isEqualTo(times(60));
    assertThat(second.servers())
        .containsExactly(
            Map.entry(ZONE.server(1), new OfServer(60, 6, 9, Optional.of(24.25), times(60))));
    assertThat(second.known()).isEqualTo(1);
    assertThat(second.last()).isFalse();
  }

  @Test
  void aZoneIsIdleSinceTheLastRequestWasOver() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    assertThat(after(SECOND, counted(1, 0, 0, server(1, 0, 0))).traffic().idleSeconds()).isZero();
    assertThat(after(SECOND, counted(1, 0, 0, server(1, 0, 0))).traffic().idleSeconds())
        .isEqualTo(1);
    assertThat(after(60 * SECOND, counted(1, 0, 0, server(1, 0, 0))).traffic().idleSeconds())
        .isEqualTo(61);
  }

  @Test
  void whatIsUnderWayOrWaitsKeepsItBusy() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(SECOND, counted(1, 0, 0, server(1, 0, 1)));

    assertThat(after(60 * SECOND, counted(1, 0, 0, server(1, 0, 1))).traffic().idleSeconds())
        .as("such as a WebSocket that is open")
        .isZero();
    assertThat(after(60 * SECOND, counted(1, 0, 1, server(1, 0, 0))).traffic().idleSeconds())
        .as("a request that waits for a server")
        .isZero();
    assertThat(after(SECOND, counted(1, 0, 0, server(1, 0, 0))).traffic().idleSeconds())
        .isEqualTo(1);
  }

  @Test
  void aRequestThatWasRefusedAtOnceIsOneToo() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(60 * SECOND, counted(0, 0, 0, server(0, 0, 0)));

    assertThat(after(SECOND, counted(1, 0, 0, server(0, 0, 0))).traffic().idleSeconds()).isZero();
  }

  @Test
  void aRequestThatAServerAnsweredKeepsTheZoneBusyThoughItWentElsewhereFirst() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(60 * SECOND, counted(0, 0, 0, server(0, 0, 0)));

    assertThat(after(SECOND, counted(0, 0, 0, server(1, 0, 0))).traffic().idleSeconds()).isZero();
    assertThat(after(SECOND, counted(0, 0, 0, server(1, 0, 0))).traffic().idleSeconds())
        .isEqualTo(1);
  }

  @Test
  void aRequestThatNobodyAnsweredKeepsTheZoneBusy() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(60 * SECOND, counted(0, 0, 0, server(0, 0, 0)));

    assertThat(after(SECOND, counted(0, 1, 0, server(0, 0, 0))).traffic().idleSeconds()).isZero();
  }

  @Test
  void countersOfAServerThatBeginAnewTakeNothingAway() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(SECOND, counted(100, 0, 0, server(100, 5, 0)));

    BalancerMetrics next = after(SECOND, counted(102, 0, 0, server(2, 0, 0)));

    assertThat(next.traffic().requests()).isZero();
    assertThat(next.traffic().failed()).isZero();
  }

  @Test
  void aZoneThatIsServedNoMoreIsToldOfForTheLastTime() {
    begun(counted(0, 0, 0, server(0, 0, 0)));
    var _ = after(SECOND, counted(1, 0, 0, server(1, 0, 1)));
    nanos.addAndGet(SECOND);
    counted.clear();

    reports.tell(false);

    assertThat(told.getLast().last()).isTrue();
    reports.tell(false);
    assertThat(told).hasSize(2);
  }
}
