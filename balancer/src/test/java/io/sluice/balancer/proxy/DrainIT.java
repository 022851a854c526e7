package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Servers that leave while requests are in flight to them. */
@OverBothWires
final class DrainIT {
  DrainIT(Transport transport) {
    TestBed.over(transport);
  }

  @Test
  void saysThatAServerIsDrainedOnceTheLastRequestIsOver() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger drained = new AtomicInteger();
    try (TestBed bed = new TestBed();
        TestServer slow =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        TestServer other = TestServer.naming(id(2));
        TestClient client = bed.alive(slow).client();
        TestClient second = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> bed.proxy.inFlight(id(1)) == 1);
      Target target = slow.target();

      bed.routing.set(new Routing(List.of(other.target()), List.of()));
      bed.proxy.drain(target, drained::incrementAndGet);
      assertThat(second.get("/").text()).isEqualTo("zone1-2");
      assertThat(bed.proxy.inFlight(id(1))).isEqualTo(1);
      assertThat(drained).hasValue(0);

      mayAnswer.countDown();
      assertThat(client.response().text()).isEqualTo("late");
      await().untilAsserted(() -> assertThat(drained).hasValue(1));
      assertThat(client.get("/").text()).isEqualTo("zone1-2");
      assertThat(drained).hasValue(1);
    }
  }

  @Test
  void forgetsNothingOfWhatIsInFlightWhenAServerIsGone() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = new TestBed();
        TestServer slow =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        TestClient client = bed.alive(slow).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> slow.requests.size() == 1);
      bed.routing.set(Routing.EMPTY);
      bed.proxy.forget(slow.target());

      mayAnswer.countDown();

      assertThat(client.response().text()).isEqualTo("late");
      assertThat(client.get("/").status()).isEqualTo(503);
    }
  }
}
