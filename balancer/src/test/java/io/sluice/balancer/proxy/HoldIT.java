package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.retry.RetryRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests while a zone has no server. */
final class HoldIT {
  private static final ProxyTimeouts PATIENT =
      ProxyTimeouts.DEFAULT.withHold(Duration.ofSeconds(20));

  @Test
  void aRequestWaitsForTheServerThatComes() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT));
        TestServer late = TestServer.naming(id(1));
        TestClient client = bed.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
      await().until(() -> bed.count(Count.REQUESTS) == 1);
      await().until(() -> bed.held.get() > 1);

      bed.alive(late);

      assertThat(client.response().text()).isEqualTo("zone1-1");
      assertThat(bed.count(Count.UNAVAILABLE)).isZero();
    }
  }

  @Test
  void theSuccessorOfAKilledOnlyServerAnswers() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT));
        TestServer dead = TestServer.naming(id(1));
        TestServer successor = TestServer.naming(id(2));
        TestClient client = bed.alive(dead).client()) {
      dead.kill();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.count(Count.CONNECT_FAILURES) >= 3);

      bed.routing.set(new Routing(List.of(successor.target()), List.of()));

      assertThat(client.response().text()).isEqualTo("zone1-2");
    }
  }

  @Test
  void aRequestWhoseOnlyServerDiedUnderItIsAnsweredByTheSuccessor() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    TestServer[] dying = new TestServer[1];
    try (TestBed bed = new TestBed(TestBed.config(PATIENT));
        TestServer only =
            TestServer.replying(
                id(1),
                (_, _) -> {
                  asked.incrementAndGet();
                  dying[0].kill();
                  return false;
                });
        TestServer successor = TestServer.naming(id(2))) {
      dying[0] = only;
      try (TestClient client = bed.alive(only).client()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await().until(() -> bed.proxy.waiting() == 1);

        bed.routing.set(new Routing(List.of(successor.target()), List.of()));

        assertThat(client.response().text()).isEqualTo("zone1-2");
        assertThat(asked).hasValue(1);
      }
    }
  }

  @Test
  void whatBreaksTheOnlyServerThriceWaitsForAnother() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestBed bed = new TestBed(TestBed.config(PATIENT));
        TestServer breaking =
            TestServer.replying(
                id(1),
                (_, _) -> {
                  asked.incrementAndGet();
                  return false;
                });
        TestServer successor = TestServer.naming(id(2));
        TestClient client = bed.alive(breaking).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);
      assertThat(asked).hasValue(3);

      bed.routing.set(new Routing(List.of(breaking.target(), successor.target()), List.of()));

      assertThat(client.response().text()).isEqualTo("zone1-2");
      assertThat(asked).hasValue(3);
    }
  }

  /** Answers everybody but the request that kills it. */
  private static TestServer mortal() throws IOException {
    return TestServer.replying(
        id(1),
        (request, connection) -> {
          boolean deadly = request.path().equals("/deadly");
          connection.send(deadly ? "" : TestServer.ok("well"));
          return !deadly;
        });
  }

  @Test
  void whatBreaksTheOnlyServerHoldsNobodyElseUp() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, Balancing.DEFAULT));
        TestServer only = mortal();
        TestServer successor = TestServer.naming(id(2));
        TestClient deadly = bed.alive(only).client();
        TestClient other = bed.client()) {
      deadly.send("GET /deadly HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);

      assertThat(other.get("/").text()).isEqualTo("well");
      assertThat(bed.proxy.waiting()).isEqualTo(1);

      bed.routing.set(new Routing(List.of(only.target(), successor.target()), List.of()));
      assertThat(deadly.response().text()).isEqualTo("zone1-2");
    }
  }

  @Test
  void whoWaitsForAnyServerIsServedThoughAnotherWaitsForOneThatIsNotThere() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, Balancing.DEFAULT));
        TestServer only = mortal();
        TestClient deadly = bed.alive(only).client();
        TestClient other = bed.client()) {
      deadly.send("GET /deadly HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);
      bed.routing.set(Routing.EMPTY);
      other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 2);

      bed.alive(only);

      assertThat(other.response().text()).isEqualTo("well");
      assertThat(bed.proxy.waiting()).isEqualTo(1);
    }
  }

  @Test
  void whatBrokeTheOnlyServerThriceDoesNotComeBackToItForASuccessorThatRefuses() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, Balancing.DEFAULT));
        TestServer breaking = TestServer.replying(id(1), (_, _) -> false);
        TestServer refusing = TestServer.naming(id(2));
        TestServer successor = TestServer.naming(id(3));
        TestClient client = bed.alive(breaking).client()) {
      refusing.kill();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);

      bed.routing.set(new Routing(List.of(breaking.target(), refusing.target()), List.of()));
      await().until(() -> bed.count(Count.CONNECT_FAILURES) >= 3);
      bed.routing.set(new Routing(List.of(breaking.target(), successor.target()), List.of()));

      assertThat(client.response().text()).isEqualTo("zone1-3");
      assertThat(breaking.requests).hasSize(3);
    }
  }

  @Test
  void oneProbeDecidesForAllThatWaitForAServerThatRefuses() throws Exception {
    List<TestClient> clients = new ArrayList<>();
    try (TestBed bed = new TestBed(TestBed.config(PATIENT));
        TestServer refusing = TestServer.naming(id(1))) {
      bed.alive(refusing);
      int port = refusing.port();
      refusing.kill();
      for (int i = 0; i < 200; i++) {
        clients.add(bed.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      await().until(() -> bed.proxy.waiting() == 200);

      long failures = bed.count(Count.CONNECT_FAILURES);
      long began = System.nanoTime();
      await().until(() -> bed.count(Count.CONNECT_FAILURES) >= failures + 20);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(bed.proxy.waiting()).isEqualTo(200);
      // Each of two loops tries once in a pause.
      assertThat(took).isGreaterThan(PATIENT.retryPause().multipliedBy(8));

      try (TestServer back = back(port)) {
        for (TestClient client : clients) {
          assertThat(client.response().text()).isEqualTo("back");
        }
        assertThat(bed.proxy.waiting()).isZero();
        assertThat(back.connections.get()).isPositive();
      }
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  /** The first server, again at its port. */
  private static TestServer back(int port) throws IOException {
    return new TestServer(
        id(1),
        port,
        connection -> {
          while (connection.request().isPresent()) {
            connection.send(TestServer.ok("back"));
          }
        });
  }

  @Test
  void aServerThatRefusesIsPassedOverWhileOthersAreThere() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, Balancing.DEFAULT));
        TestServer dead = TestServer.naming(id(1));
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(dead, well).client()) {
      dead.kill();
      long began = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone1-2");
      }
      long pauses = Duration.ofNanos(System.nanoTime() - began).dividedBy(PATIENT.retryPause());
      assertThat(bed.count(Count.CONNECT_FAILURES)).isBetween(1L, pauses + 2);
    }
  }

  @Test
  void aFaultOfOurOwnConcernsOneOfThoseThatWait() throws Exception {
    AtomicBoolean faulty = new AtomicBoolean();
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, Balancing.DEFAULT));
        TestServer late = TestServer.naming(id(1));
        TestClient first = bed.client();
        TestClient second = bed.client()) {
      bed.beforeRouting =
          () -> {
            if (faulty.getAndSet(false)) {
              throw new IllegalStateException("a fault, as the test wants");
            }
          };
      first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 1);
      second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.waiting() == 2);
      faulty.set(true);
      await().until(() -> bed.proxy.waiting() == 1);

      bed.alive(late);

      assertThat(second.response().text()).isEqualTo("zone1-1");
      assertThatThrownBy(first::response).isInstanceOf(IOException.class);
    }
  }

  @Test
  void waitingForAnotherServerThanTheBrokenOneEndsWithA502() throws Exception {
    ProxyTimeouts impatient = ProxyTimeouts.DEFAULT.withHold(Duration.ofMillis(200));
    try (TestBed bed = new TestBed(TestBed.config(impatient));
        TestServer breaking = TestServer.replying(id(1), (_, _) -> false);
        TestClient client = bed.alive(breaking).client()) {
      assertThat(client.get("/").status()).isEqualTo(502);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(502);
      assertThat(bed.count(Count.BAD_GATEWAY)).isEqualTo(2);
    }
  }

  @Test
  void waitingEndsWithAClear503() throws Exception {
    ProxyTimeouts impatient = ProxyTimeouts.DEFAULT.withHold(Duration.ofMillis(200));
    try (TestBed bed = new TestBed(TestBed.config(impatient));
        TestClient client = bed.client()) {
      assertThat(client.get("/").status()).isEqualTo(503);
      assertThat(client.get("/").status()).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void moreRequestsThanMayWaitAreAnsweredAtOnce(boolean refusing) throws Exception {
    Balancing ten =
        new Balancing(
            PickKind.ROUND_ROBIN, new SlowStart(Duration.ZERO), 0, 10, 0, 0, Optional.empty());
    List<TestClient> clients = new ArrayList<>();
    try (TestBed bed = new TestBed(TestBed.config(PATIENT, ten, RetryRule.DEFAULT, 4));
        TestServer dead = TestServer.naming(id(1))) {
      dead.kill();
      bed.routing.set(new Routing(refusing ? List.of(dead.target()) : List.of(), List.of()));
      for (int i = 0; i < 100; i++) {
        clients.add(bed.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      await().until(() -> bed.count(Count.UNAVAILABLE) >= 90);
      assertThat(bed.count(Count.UNAVAILABLE)).isEqualTo(90);
      assertThat(bed.proxy.waiting()).isEqualTo(10);
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatGoesAwayGivesItsPlaceBack() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT));
        TestServer late = TestServer.naming(id(1))) {
      try (TestClient gone = bed.client()) {
        gone.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await().until(() -> bed.count(Count.REQUESTS) == 1);
      }
      bed.alive(late);
      try (TestClient next = bed.client()) {
        assertThat(next.get("/").text()).isEqualTo("zone1-1");
      }
      assertThat(bed.count(Count.UNAVAILABLE)).isZero();
    }
  }
}
