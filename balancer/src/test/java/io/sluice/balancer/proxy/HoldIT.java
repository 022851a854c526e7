package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pool.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
  void whatBrokeTheOnlyServerThriceWaitsForAnotherAndIsNotSentThereAgain() throws Exception {
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
      await().until(() -> bed.count(Count.UPSTREAM_RESETS) == 3);

      bed.routing.set(new Routing(List.of(successor.target(), breaking.target()), List.of()));

      assertThat(client.response().text()).isEqualTo("zone1-2");
      assertThat(asked).hasValue(3);
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

  @Test
  void moreRequestsThanMayWaitAreAnsweredAtOnce() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(PATIENT))) {
      List<TestClient> clients = new ArrayList<>();
      try {
        // Two loops: at least one of them has one request more than may wait.
        for (int i = 0; i < Balancing.DEFAULT.waitingMax() + 2; i++) {
          TestClient client = bed.client();
          clients.add(client);
          client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        await().until(() -> bed.count(Count.UNAVAILABLE) >= 1);
      } finally {
        for (TestClient client : clients) {
          client.close();
        }
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
