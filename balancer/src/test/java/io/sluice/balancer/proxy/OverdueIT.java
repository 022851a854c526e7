package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pool.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of requests whose server does not answer. */
final class OverdueIT {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

  /** The head has less time than a request may be held. */
  private static final ProxyTimeouts HOLDING = TestBed.QUICK.withHold(Duration.ofSeconds(20));

  private static TestServer hanging(CountDownLatch until) throws IOException {
    return TestServer.replying(
        id(1),
        (request, connection) -> {
          await().until(() -> until.await(20, TimeUnit.SECONDS));
          connection.send(TestServer.ok("late"));
          return true;
        });
  }

  @Test
  void aRequestLeavesAServerThatIsFoundToHang() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer hangs = hanging(never);
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(hangs).client()) {
      client.send(GET);
      await().until(() -> bed.silent.contains(id(1)));

      bed.routing.set(new Routing(List.of(well.target()), List.of(hangs.target())));

      assertThat(client.response().text()).isEqualTo("zone1-2");
      never.countDown();
    }
  }

  @Test
  void aSlowRequestStaysWithAServerThatSaysThatItIsWell() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT));
        TestServer busy = hanging(slow);
        TestServer other = TestServer.naming(id(2));
        TestClient client = bed.alive(busy).client()) {
      client.send(GET);
      await().until(() -> bed.silent.contains(id(1)));
      bed.routing.set(new Routing(List.of(busy.target(), other.target()), List.of()));
      bed.silent.clear();
      await().until(() -> bed.silent.contains(id(1)));

      slow.countDown();

      assertThat(client.response().text()).isEqualTo("late");
      assertThat(other.requests).isEmpty();
    }
  }

  @Test
  void whatCannotBeRepeatedStaysWithTheServerThatHasIt() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (TestBed bed = new TestBed(TestBed.config(HOLDING));
        TestServer hangs = hanging(never);
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(hangs).client()) {
      client.send(POST);
      await().until(() -> bed.silent.contains(id(1)));

      bed.routing.set(new Routing(List.of(well.target()), List.of(hangs.target())));

      assertThat(client.response().status()).isEqualTo(504);
      assertThat(well.requests).isEmpty();
      never.countDown();
    }
  }

  @Test
  void anotherServerIsAskedOnceOneHasHadTimeEnough() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ProxyTimeouts impatient = TestBed.QUICK.withTryHead(Duration.ofMillis(300));
    try (TestBed bed = new TestBed(TestBed.config(impatient));
        TestServer hangs = hanging(never);
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(hangs, well).client()) {
      assertThat(client.get("/").text()).isEqualTo("zone1-2");
      assertThat(client.get("/").text()).isEqualTo("zone1-2");
      assertThat(hangs.requests).isNotEmpty();
      never.countDown();
    }
  }

  @Test
  void aRequestWaitsForTheOnlyServerAsLongAsItMayBeHeldAndIsThenTold() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer hangs = hanging(never);
        TestClient client = bed.alive(hangs).client()) {
      client.send(GET);
      await().until(() -> bed.silent.contains(id(1)));

      bed.routing.set(new Routing(List.of(), List.of(hangs.target())));

      Message told = client.response();
      assertThat(told.status()).isEqualTo(503);
      assertThat(told.field("retry-after")).isPresent();
      never.countDown();
    }
  }

  @Test
  void theOnlyServerMayStillAnswerWhileARequestIsHeld() throws Exception {
    CountDownLatch pause = new CountDownLatch(1);
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT));
        TestServer pauses = hanging(pause);
        TestClient client = bed.alive(pauses).client()) {
      client.send(GET);
      await().until(() -> bed.silent.contains(id(1)));
      bed.routing.set(new Routing(List.of(), List.of(pauses.target())));
      bed.silent.clear();
      await().until(() -> bed.silent.contains(id(1)));

      pause.countDown();

      assertThat(client.response().text()).isEqualTo("late");
    }
  }
}
