package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.balancer.sticky.StickyConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How requests are spread, held back, and bound to servers. */
final class BalancingIT {
  private static final ProxyTimeouts PATIENT =
      ProxyTimeouts.DEFAULT.withHold(Duration.ofSeconds(20));

  private static TestBed bed(PickKind pick, int perServerMax, int waitingMax, boolean sticky) {
    Optional<StickyConfig> cookie =
        sticky ? Optional.of(new StickyConfig("s", "0123456789abcdef")) : Optional.empty();
    return new TestBed(
        TestBed.config(
            PATIENT,
            new Balancing(
                pick, new SlowStart(Duration.ZERO), perServerMax, waitingMax, 3, 3, cookie),
            new RetryRule(3, 3, Set.of(500)),
            1));
  }

  @Test
  void theTargetsHashKeepsRequestsTogether() throws Exception {
    try (TestBed bed = bed(PickKind.HASH_TARGET, 0, 8, false);
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      Set<String> all = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        String first = client.get("/" + i).text();
        assertThat(client.get("/" + i).text()).isEqualTo(first);
        all.add(first);
      }
      assertThat(all).containsExactlyInAnyOrder("zone1-1", "zone1-2");
    }
  }

  @Test
  void aCookieBindsAUserToAServerUnlessItIsGone() throws Exception {
    try (TestBed bed = bed(PickKind.ROUND_ROBIN, 0, 8, true);
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      Message first = client.get("/");
      String cookie = first.field("set-cookie").orElseThrow().split(";", 2)[0];
      assertThat(first.field("set-cookie").orElseThrow()).contains("HttpOnly").contains("SameSite");
      for (int i = 0; i < 6; i++) {
        Message next = with(client, "x=y; " + cookie);
        assertThat(next.text()).isEqualTo(first.text());
        assertThat(next.field("set-cookie")).isEmpty();
      }

      TestServer bound = first.text().equals("zone1-1") ? one : two;
      bound.kill();

      Message moved = with(client, cookie);
      assertThat(moved.status()).isEqualTo(200);
      assertThat(moved.text()).isNotEqualTo(first.text());
      assertThat(moved.field("set-cookie").orElseThrow()).contains(moved.text());
    }
  }

  @Test
  void aServerThatTalksNonsenseOnceKeepsItsUsers() throws Exception {
    AtomicBoolean failing = new AtomicBoolean();
    try (TestBed bed = bed(PickKind.ROUND_ROBIN, 0, 8, true);
        TestServer one =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(failing.get() ? "nonsense\r\n\r\n" : TestServer.ok("zone1-1"));
                  return !failing.get();
                });
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one).client()) {
      String cookie = client.get("/").field("set-cookie").orElseThrow().split(";", 2)[0];
      bed.alive(one, two);

      failing.set(true);
      Message elsewhere = with(client, cookie);
      assertThat(elsewhere.text()).isEqualTo("zone1-2");
      assertThat(elsewhere.field("set-cookie")).isEmpty();

      failing.set(false);
      assertThat(with(client, cookie).text()).isEqualTo("zone1-1");
    }
  }

  @Test
  void aWeightThatChangesIsHeeded() throws Exception {
    try (TestBed bed = bed(PickKind.WEIGHTED, 0, 8, false);
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      for (int i = 0; i < 8; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      assertThat(one.requests).hasSize(4);

      Target heavier = new Target(id(1), one.target().address(), 300);
      bed.routing.set(new Routing(List.of(heavier, two.target()), List.of()));
      for (int i = 0; i < 8; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      assertThat(one.requests).hasSize(4 + 6);
    }
  }

  @Test
  void aForgedCookieBindsNobody() throws Exception {
    try (TestBed bed = bed(PickKind.ROUND_ROBIN, 0, 8, true);
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      Set<String> all = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        all.add(with(client, "s=zone1-1.AAAAAAAAAAAAAAAAAAAAAA").text());
      }
      assertThat(all).hasSize(2);
    }
  }

  private static Message with(TestClient client, String cookie) throws Exception {
    return client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n").response();
  }

  @Test
  void anErrorIsAskedForElsewhereAndThenTold() throws Exception {
    try (TestBed bed = bed(PickKind.ROUND_ROBIN, 0, 8, false);
        TestServer bad =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno");
                  return true;
                });
        TestServer good = TestServer.naming(id(2));
        TestClient client = bed.alive(bad, good).client()) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone1-2");
      }
      assertThat(bed.failing).containsOnlyKeys(id(1));

      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      List<Integer> statuses = new ArrayList<>(List.of(client.response().status()));
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      statuses.add(client.response().status());
      assertThat(statuses).containsExactlyInAnyOrder(200, 500);

      bed.routing.set(new Routing(List.of(bad.target()), List.of()));
      Message last = client.get("/");
      assertThat(last.status()).as("nobody else is left").isEqualTo(500);
      assertThat(last.text()).isEqualTo("no");
    }
  }

  @Test
  void aServerIsNotGivenMoreThanItMayHaveAndTheOthersWaitInTheirOrder() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = bed(PickKind.ROUND_ROBIN, 1, 3, false);
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok(request.path()));
                  return true;
                });
        TestClient first = bed.alive(server).client();
        TestClient second = bed.client();
        TestClient third = bed.client();
        TestClient fourth = bed.client();
        TestClient fifth = bed.client()) {
      int sent = 0;
      for (TestClient client : List.of(first, second, third, fourth)) {
        client.send("GET /" + ++sent + " HTTP/1.1\r\nHost: a\r\n\r\n");
        int requests = sent;
        await().until(() -> bed.count(Count.REQUESTS) == requests);
      }
      Message refusal = fifth.get("/5");
      assertThat(refusal.status()).as("no place to wait is left").isEqualTo(503);
      assertThat(refusal.field("retry-after")).isPresent();
      assertThat(bed.proxy.inFlight(id(1))).isEqualTo(1);

      mayAnswer.countDown();

      assertThat(first.response().text()).isEqualTo("/1");
      assertThat(second.response().text()).isEqualTo("/2");
      assertThat(third.response().text()).isEqualTo("/3");
      assertThat(fourth.response().text()).isEqualTo("/4");
      assertThat(server.requests).extracting(Message::path).containsExactly("/1", "/2", "/3", "/4");
    }
  }

  @Test
  void theLimitOfAServerIsTheProcessesAndNotALoops() throws Exception {
    Balancing one =
        new Balancing(
            PickKind.ROUND_ROBIN, new SlowStart(Duration.ZERO), 1, 100, 0, 0, Optional.empty());
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<TestClient> clients = new ArrayList<>();
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, one, RetryRule.DEFAULT, 4));
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                  // While the first one is here, all others have come.
                  await().until(() -> bed.count(Count.REQUESTS) >= 24);
                  underWay.decrementAndGet();
                  connection.send(TestServer.ok(request.path()));
                  return true;
                })) {
      bed.alive(server);
      for (int i = 0; i < 24; i++) {
        TestClient client = bed.client();
        clients.add(client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      await().until(() -> bed.proxy.waiting() == 23 || server.requests.size() > 1);
      for (int i = 0; i < 24; i++) {
        assertThat(clients.get(i).response().text()).isEqualTo("/" + i);
      }
      assertThat(most).hasValue(1);
      assertThat(bed.proxy.waiting()).isZero();
      assertThat(bed.proxy.inFlight(id(1))).isZero();
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aServerThatHasJustComeGrowsIntoItsShare() throws Exception {
    Balancing slow =
        new Balancing(
            PickKind.ROUND_ROBIN, new SlowStart(Duration.ofHours(1)), 0, 8, 0, 0, Optional.empty());
    ProxyConfig config = TestBed.config(PATIENT, slow);
    try (TestBed bed = new TestBed(config);
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.get("/").status()).as("nobody else is there").isEqualTo(200);
      }
    }
  }
}
