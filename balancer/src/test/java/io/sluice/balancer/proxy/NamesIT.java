package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers that are reached by name. */
final class NamesIT {
  private static final ProxyTimeouts PATIENT = ProxyTimeouts.DEFAULT.withHold(Duration.ZERO);

  private static Target named(int number, String host, int port) {
    return new Target(id(number), URI.create("http://" + host + ":" + port), 100);
  }

  /** One loop: whoever holds it up holds everybody up. */
  private static TestBed bed() {
    return new TestBed(TestBed.config(PATIENT, Balancing.DEFAULT));
  }

  @Test
  void aServerIsReachedByItsName() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.client()) {
      bed.routing.set(new Routing(List.of(named(1, "localhost", server.port())), List.of()));
      assertThat(client.get("/").text()).isEqualTo("zone1-1");
    }
  }

  @Test
  void aNameServerThatDoesNotAnswerStopsNobody() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient waiting = bed.client();
        TestClient other = bed.client()) {
      bed.routing.set(new Routing(List.of(named(2, "a.slow.test", 9)), List.of()));
      waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.has(Count.REQUESTS));

      bed.alive(server);
      long begun = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        assertThat(other.get("/").text()).isEqualTo("zone1-1");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));

      assertThat(waiting.response().text()).as("served by another one").isEqualTo("zone1-1");
      assertThat(bed.unreachable).containsKey(id(2));
    }
  }

  @Test
  void oneRequestAtMostWaitsForAnAddressWhileAnotherServerIsThere() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1))) {
      bed.servers.add(server);
      bed.routing.set(new Routing(List.of(server.target(), named(2, "b.slow.test", 9)), List.of()));
      List<TestClient> clients = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        clients.add(bed.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      await().atMost(Duration.ofMillis(1500)).until(() -> server.requests.size() >= 11);
      for (TestClient client : clients) {
        assertThat(client.response().text()).isEqualTo("zone1-1");
        client.close();
      }
    }
  }

  @Test
  void aNameThatNobodyKnowsCountsAsUnreachableAtOnce() throws Exception {
    try (TestBed bed = bed();
        TestClient client = bed.client()) {
      bed.routing.set(new Routing(List.of(named(1, "nobody.invalid", 9)), List.of()));
      assertThat(client.get("/").status()).isIn(502, 503);
      assertThat(bed.unreachable.get(id(1))).isEqualTo("its name can't be resolved");
    }
  }

  @Test
  void anAddressWithoutAWayToItCountsAsUnreachableAtOnce() throws Exception {
    try (TestBed bed = bed();
        TestClient client = bed.client()) {
      // Nothing can be connected to a broadcast address; which error says so is the kernel's.
      bed.routing.set(new Routing(List.of(named(1, "255.255.255.255", 9)), List.of()));
      assertThat(client.get("/").status()).isIn(502, 503);
      assertThat(bed.unreachable).containsKey(id(1));
    }
  }
}
