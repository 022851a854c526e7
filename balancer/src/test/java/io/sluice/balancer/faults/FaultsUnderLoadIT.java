package io.sluice.balancer.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.ProxyTimeouts;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What users see of servers that fail: real servers, each a process, and users who ask without a
 * pause. As long as one server is well, nobody sees anything but a short wait.
 */
final class FaultsUnderLoadIT {
  /** For a server that hangs to be found out, and much more; the head of a response has 30 s. */
  private static final Duration WAIT_MAX = LoadedZone.WAIT_MAX;

  @BeforeEach
  void wrk() {
    Wrk.require();
  }

  @Test
  void nobodyNoticesThatTwoOfThreeServersAreKilled() throws Exception {
    try (LoadedZone zone = LoadedZone.start(3, ProxyTimeouts.DEFAULT)) {
      zone.server(0).kill();
      zone.awaitOut(zone.server(0), "disconnected");
      zone.awaitMore(2000);
      zone.server(1).kill();
      zone.awaitOut(zone.server(1), "disconnected");
      zone.awaitMore(2000);

      assertNobodyNoticed(zone);
      assertThat(zone.count(Count.RETRIES_OTHER_SERVER)).isPositive();
    }
  }

  @Test
  void whoWaitsForAStoppedServerIsServedByAnother() throws Exception {
    try (LoadedZone zone = LoadedZone.start(3, ProxyTimeouts.DEFAULT)) {
      zone.server(0).stop();
      zone.awaitOut(zone.server(0), "disconnected");
      zone.awaitMore(2000);
      zone.server(0).goOn();
      await().atMost(WAIT_MAX).until(() -> zone.pool(zone.server(0)).equals("alive"));

      assertNobodyNoticed(zone);
      assertThat(zone.count(Count.RETRIES_OTHER_SERVER)).isBetween(1L, 3L * Wrk.USERS);
    }
  }

  @Test
  void twoStoppedServersOfThreeAreSeenThrough() throws Exception {
    try (LoadedZone zone = LoadedZone.start(3, ProxyTimeouts.DEFAULT)) {
      zone.server(0).stop();
      zone.server(1).stop();
      zone.awaitOut(zone.server(0), "disconnected");
      zone.awaitOut(zone.server(1), "disconnected");
      zone.awaitMore(2000);

      assertNobodyNoticed(zone);
    }
  }

  @Test
  void whoWaitsForAServerThatHangsIsServedByAnother() throws Exception {
    try (LoadedZone zone = LoadedZone.start(2, ProxyTimeouts.DEFAULT)) {
      zone.server(0).become(Fault.HANGS);
      zone.awaitOut(zone.server(0), "disconnected");
      zone.awaitMore(2000);

      assertNobodyNoticed(zone);
    }
  }

  @Test
  void aServerThatOnlyAnswersItsHealthCheckIsLeftAfterATry() throws Exception {
    ProxyTimeouts timeouts = ProxyTimeouts.DEFAULT.withTryHead(Duration.ofSeconds(1));
    try (LoadedZone zone = LoadedZone.start(2, timeouts)) {
      zone.server(0).become(Fault.HANGS_BUT_IS_HEALTHY);
      zone.awaitOut(zone.server(0), "ejected");
      zone.awaitMore(2000);

      assertNobodyNoticed(zone);
    }
  }

  @Test
  void nobodySeesWhatAServerSaysThatIsNotHttp() throws Exception {
    try (LoadedZone zone = LoadedZone.start(2, ProxyTimeouts.DEFAULT)) {
      zone.server(0).become(Fault.GARBAGE);
      zone.awaitOut(zone.server(0), "ejected");
      zone.awaitMore(2000);

      assertNobodyNoticed(zone);
    }
  }

  @Test
  void nobodySeesTheErrorsOfOneServer() throws Exception {
    try (LoadedZone zone = LoadedZone.startDistrustful(2)) {
      zone.server(0).become(Fault.ERRORS);
      zone.awaitOut(zone.server(0), "ejected");
      zone.awaitMore(2000);

      assertNobodyNoticed(zone);
      assertThat(zone.count(Count.RESPONSES_5XX)).isZero();
    }
  }

  @Test
  void serversComeAndGoUnnoticed() throws Exception {
    try (LoadedZone zone = LoadedZone.start(3, ProxyTimeouts.DEFAULT)) {
      for (int i = 0; i < 10; i++) {
        zone.order("deletes", zone.server(i % 3));
        zone.awaitMore(200);
        zone.order("adds", zone.server(i % 3));
        zone.awaitMore(200);
      }

      assertNobodyNoticed(zone);
    }
  }

  @Test
  void anEmptyZoneHoldsItsUsersUntilItsServersAreBack() throws Exception {
    try (LoadedZone zone = LoadedZone.start(2, ProxyTimeouts.DEFAULT)) {
      for (int i = 0; i < 3; i++) {
        zone.order("deletes", zone.server(0), zone.server(1));
        await().until(() -> zone.waiting() == Wrk.USERS);
        zone.order("adds", zone.server(0), zone.server(1));
        zone.awaitMore(2000);
      }

      assertNobodyNoticed(zone);
    }
  }

  @Test
  void anEmptyZoneAnswers503WhenItMayNotHold() throws Exception {
    try (LoadedZone zone = LoadedZone.start(1, ProxyTimeouts.DEFAULT.withHold(Duration.ZERO))) {
      zone.order("deletes", zone.server(0));
      await().until(() -> zone.count(Count.UNAVAILABLE) > 1000);
      zone.order("adds", zone.server(0));
      zone.awaitMore(2000);

      assertOnly503(zone);
    }
  }

  @Test
  void whenTheOnlyServerIsStoppedUsersAreToldSoonAndServedAgainWhenItGoesOn() throws Exception {
    ProxyTimeouts timeouts = ProxyTimeouts.DEFAULT.withHold(Duration.ofMillis(500));
    try (LoadedZone zone = LoadedZone.start(1, timeouts)) {
      zone.server(0).stop();
      await().atMost(WAIT_MAX).until(() -> zone.count(Count.UNAVAILABLE) >= Wrk.USERS);
      zone.server(0).goOn();
      zone.awaitMore(2000);

      assertOnly503(zone);
    }
  }

  private static void assertNobodyNoticed(LoadedZone zone) throws Exception {
    Wrk.Outcome outcome = zone.outcome();
    assertThat(outcome.broken()).as("broken connections").isZero();
    assertThat(outcome.errors()).as("errors").isZero();
    assertThat(outcome.slowest()).isLessThan(WAIT_MAX);
  }

  private static void assertOnly503(LoadedZone zone) throws Exception {
    Wrk.Outcome outcome = zone.outcome();
    assertThat(outcome.broken()).as("broken connections").isZero();
    assertThat(outcome.errors()).isBetween(1L, zone.count(Count.UNAVAILABLE));
    assertThat(zone.count(Count.BAD_GATEWAY)).isZero();
    assertThat(zone.count(Count.GATEWAY_TIMEOUTS)).isZero();
    assertThat(outcome.slowest()).isLessThan(WAIT_MAX);
  }
}
