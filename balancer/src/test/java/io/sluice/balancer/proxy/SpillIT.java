package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.balancer.spill.Reason;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.balancer.sticky.StickyConfig;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A gateway's data path in front of two zones, on real sockets. */
final class SpillIT {
  private static final ZoneId HOME = new ZoneId("zone1");
  private static final ZoneId AWAY = new ZoneId("zone2");
  private static final ProxyTimeouts PATIENT =
      ProxyTimeouts.DEFAULT.withHold(Duration.ofSeconds(20));
  private static final ProxyTimeouts IMPATIENT =
      ProxyTimeouts.DEFAULT.withHold(Duration.ofMillis(200));

  private static TestBed gateway(ProxyTimeouts timeouts, int busyAt) {
    return new TestBed(TestBed.config(timeouts), new SpillRule(HOME, busyAt));
  }

  private static TestBed gateway(int perServerMax, Optional<StickyConfig> sticky) {
    Balancing balancing =
        new Balancing(
            PickKind.ROUND_ROBIN, new SlowStart(Duration.ZERO), perServerMax, 8, 3, 3, sticky);
    return new TestBed(TestBed.config(PATIENT, balancing), new SpillRule(HOME, 0));
  }

  private static void route(TestBed bed, TestServer... servers) {
    bed.routing.set(
        new Routing(Arrays.stream(servers).map(TestServer::target).toList(), List.of()));
  }

  private static long spilled(TestBed bed, Reason reason) {
    return traffic(bed, AWAY).spillOvers().getOrDefault(reason, 0L);
  }

  private static ZoneTraffic traffic(TestBed bed, ZoneId zone) {
    return bed.proxy.zones().getOrDefault(zone, new ZoneTraffic(0, 0, Map.of()));
  }

  @Test
  void theHomeIsPreferredAndAnEmptiedHomeSpillsUntilItIsBackWithoutAFailedRequest()
      throws Exception {
    try (TestBed bed = gateway(IMPATIENT, 0);
        TestServer home = TestServer.naming(HOME.server(1));
        TestServer away = TestServer.naming(AWAY.server(1));
        TestClient client = bed.client()) {
      route(bed, home, away);
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone1-1");
      }

      route(bed, away);
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone2-1");
      }
      assertThat(spilled(bed, Reason.EMPTY)).isEqualTo(20);

      route(bed, home, away);
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone1-1");
      }
      assertThat(traffic(bed, HOME).requests()).isEqualTo(40);
      assertThat(traffic(bed, AWAY).requests()).isEqualTo(20);
    }
  }

  @Test
  void aHomeWhoseServerDiesUnderARequestSpills() throws Exception {
    try (TestBed bed = gateway(PATIENT, 0);
        TestServer home = TestServer.naming(HOME.server(1));
        TestServer away = TestServer.naming(AWAY.server(1));
        TestClient client = bed.client()) {
      route(bed, home, away);
      assertThat(client.get("/").text()).isEqualTo("zone1-1");

      home.kill();

      assertThat(client.get("/").text()).isEqualTo("zone2-1");
      assertThat(spilled(bed, Reason.FAILED)).isEqualTo(1);
      assertThat(bed.unreachable).containsOnlyKeys(HOME.server(1));
    }
  }

  @Test
  void onlyWhatIsOverTheHomesLimitSpills() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    List<TestClient> clients = new ArrayList<>();
    try (TestBed bed = gateway(PATIENT, 3);
        TestServer home = holding(HOME, mayAnswer);
        TestServer away = holding(AWAY, mayAnswer)) {
      route(bed, home, away);
      for (int i = 1; i <= 5; i++) {
        TestClient client = bed.client();
        clients.add(client);
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        int sent = i;
        await().until(() -> home.requests.size() + away.requests.size() == sent);
      }
      assertThat(home.requests).hasSize(3);
      assertThat(away.requests).hasSize(2);
      assertThat(spilled(bed, Reason.BUSY)).isEqualTo(2);
      assertThat(traffic(bed, HOME).inFlight()).isEqualTo(3);

      mayAnswer.countDown();
      for (TestClient client : clients) {
        assertThat(client.response().status()).isEqualTo(200);
      }
      assertThat(clients.getLast().get("/").text()).as("there is room again").isEqualTo("zone1-1");
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aHomeWhoseServersAreFullSpillsAndARequestWaitsOnlyWhenAllAre() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = gateway(1, Optional.empty());
        TestServer home = holding(HOME, mayAnswer);
        TestServer away = holding(AWAY, mayAnswer);
        TestClient first = bed.client();
        TestClient second = bed.client();
        TestClient third = bed.client()) {
      route(bed, home, away);
      first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> home.requests.size() == 1);
      second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> away.requests.size() == 1);
      assertThat(spilled(bed, Reason.FULL)).isEqualTo(1);
      third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);

      mayAnswer.countDown();

      assertThat(first.response().text()).isEqualTo("zone1-1");
      assertThat(second.response().text()).isEqualTo("zone2-1");
      assertThat(third.response().status()).isEqualTo(200);
    }
  }

  private static TestServer holding(ZoneId zone, CountDownLatch mayAnswer) throws Exception {
    return TestServer.replying(
        zone.server(1),
        (request, connection) -> {
          await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
          connection.send(TestServer.ok(zone.server(1).toString()));
          return true;
        });
  }

  @Test
  void whereAllZonesAreEmptyARequestWaitsForAnyOfThem() throws Exception {
    try (TestBed bed = gateway(PATIENT, 0);
        TestServer away = TestServer.naming(AWAY.server(1));
        TestClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);

      route(bed, away);

      assertThat(client.response().text()).isEqualTo("zone2-1");
      assertThat(bed.count(Count.UNAVAILABLE)).isZero();
    }
  }

  @Test
  void whereAllZonesStayEmptyTheAnswerIsAClear503() throws Exception {
    try (TestBed bed = gateway(IMPATIENT, 0);
        TestClient client = bed.client()) {
      Message answer = client.get("/");

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.field("retry-after")).isPresent();
      assertThat(bed.count(Count.UNAVAILABLE)).isEqualTo(1);
    }
  }

  @Test
  void serversThatMayBeGoneAreAskedHomeFirstWhenNobodyIsAlive() throws Exception {
    try (TestBed bed = gateway(PATIENT, 0);
        TestServer home = TestServer.naming(HOME.server(1));
        TestServer away = TestServer.naming(AWAY.server(1));
        TestClient client = bed.client()) {
      bed.routing.set(new Routing(List.of(), List.of(away.target(), home.target())));
      assertThat(client.get("/").text()).isEqualTo("zone1-1");

      bed.routing.set(new Routing(List.of(away.target()), List.of(home.target())));
      assertThat(client.get("/").text()).isEqualTo("zone2-1");
    }
  }

  @Test
  void aCookieBindsAUserToAServerOfAnyZone() throws Exception {
    StickyConfig cookies = new StickyConfig("s", "0123456789abcdef");
    try (TestBed bed = gateway(0, Optional.of(cookies));
        TestServer home = TestServer.naming(HOME.server(1));
        TestServer away = TestServer.naming(AWAY.server(1));
        TestClient client = bed.client()) {
      route(bed, away);
      Message first = client.get("/");
      String cookie = first.field("set-cookie").orElseThrow().split(";", 2)[0];
      assertThat(first.text()).isEqualTo("zone2-1");

      route(bed, home, away);
      Message bound = with(client, cookie);
      assertThat(bound.text()).as("its server is still there").isEqualTo("zone2-1");
      assertThat(spilled(bed, Reason.BOUND)).isEqualTo(1);

      route(bed, home);
      Message moved = with(client, cookie);
      assertThat(moved.text()).isEqualTo("zone1-1");
      assertThat(moved.field("set-cookie").orElseThrow()).contains("zone1-1");
    }
  }

  private static Message with(TestClient client, String cookie) throws Exception {
    return client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n").response();
  }

  /** A gateway for which this holds at the other zone only. */
  private static TestBed gateway(int busyAt, ZoneTerms away) {
    ServerLinks links =
        new ServerLinks(Optional.empty(), Optional.empty(), ProxyHeaders.NONE, Map.of(AWAY, away));
    return new TestBed(TestBed.config(PATIENT).withServers(links), new SpillRule(HOME, busyAt));
  }

  @Test
  void eachZoneIsWaitedForAsLongAsItsOwnTimeoutsSay() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    ZoneTerms hasty = new ZoneTerms(TestBed.QUICK, RetryRule.DEFAULT);
    try (TestBed bed = gateway(1, hasty);
        TestServer home = holding(HOME, mayAnswer);
        TestServer away = holding(AWAY, mayAnswer);
        TestClient patient = bed.client();
        TestClient hurried = bed.client()) {
      route(bed, home, away);
      patient.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> home.requests.size() == 1);

      assertThat(hurried.get("/").status()).as("the other zone's, which is quick").isEqualTo(504);
      assertThat(away.requests).hasSize(1);
      assertThat(traffic(bed, HOME).inFlight()).as("the home's, which is not").isEqualTo(1);

      mayAnswer.countDown();
      assertThat(patient.response().text()).isEqualTo("zone1-1");
    }
  }

  @Test
  void eachZoneIsAskedAgainAsItsOwnRetriesSay() throws Exception {
    ZoneTerms again = new ZoneTerms(PATIENT, new RetryRule(3, 3, Set.of(503)));
    try (TestBed bed = gateway(0, again);
        TestServer home = unavailable(HOME.server(1));
        TestServer homeToo = TestServer.naming(HOME.server(2));
        TestServer away = unavailable(AWAY.server(1));
        TestServer awayToo = TestServer.naming(AWAY.server(2));
        TestClient client = bed.client()) {
      route(bed, home, homeToo);
      List<Integer> statuses = List.of(client.get("/").status(), client.get("/").status());
      assertThat(statuses).as("the home's error is the answer").contains(503);

      route(bed, away, awayToo);
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone2-2");
      }
      assertThat(away.requests).as("asked first at least once").isNotEmpty();
    }
  }

  private static TestServer unavailable(ServerId id) throws IOException {
    return TestServer.replying(
        id,
        (request, connection) -> {
          connection.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
          return true;
        });
  }
}
