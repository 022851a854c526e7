package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** The check of this server was not answered either. */
  private static Routing found(List<Target> alive, TestServer hanging) {
    return new Routing(alive, List.of(), List.of(hanging.target()), Set.of(id(1)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestStaysWithAServerThatIsEjectedOrRefusesOthers(boolean ejected) throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK.withHold(Duration.ZERO)));
        TestServer busy = hanging(slow);
        TestServer other = TestServer.naming(id(2));
        TestClient client = bed.alive(busy).client()) {
      client.send(GET);
      await().until(() -> bed.silent.contains(id(1)));
      List<Target> kept = List.of(busy.target());
      bed.routing.set(
          new Routing(
              List.of(other.target()),
              ejected ? kept : List.of(),
              ejected ? List.of() : kept,
              Set.of()));
      bed.silent.clear();
      await().until(() -> bed.silent.contains(id(1)));

      slow.countDown();

      assertThat(client.response().text()).isEqualTo("late");
      assertThat(other.requests).isEmpty();
      assertThat(busy.requests).hasSize(1);
    }
  }

  @Test
  void whatTakesLongIsNotRunTwiceUnlessAsked() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ProxyTimeouts byDefault = TestBed.QUICK.withTryHead(ProxyTimeouts.DEFAULT.tryHead());
    try (TestBed bed = new TestBed(TestBed.config(byDefault));
        TestServer slow = hanging(never);
        TestServer other = TestServer.naming(id(2));
        TestClient client = bed.alive(slow, other).client()) {
      client.send(GET);
      client.send(GET);
      await().until(() -> bed.count(Count.GATEWAY_TIMEOUTS) == 1);

      assertThat(slow.requests).hasSize(1);
      assertThat(other.requests.size()).isLessThan(2);
      assertThat(bed.count(Count.RETRIES_OTHER_SERVER)).isZero();
      never.countDown();
    }
  }

  @Test
  void aRequestThatTakesTooLongDoesNotEjectAServerThatAnswersOthers() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ProxyConfig config =
        TestBed.config(
            TestBed.QUICK,
            new Balancing(
                PickKind.ROUND_ROBIN,
                new SlowStart(Duration.ZERO),
                0,
                2048,
                5,
                1,
                Optional.empty()));
    TestServer.Reply reply =
        (request, connection) -> {
          if (request.startLine().contains("/report")) {
            await().until(() -> never.await(20, TimeUnit.SECONDS));
          }
          connection.send(TestServer.ok("quick"));
          return true;
        };
    try (TestBed bed = new TestBed(config);
        TestServer server = TestServer.replying(id(1), reply);
        TestClient slow = bed.alive(server).client();
        TestClient others = bed.client()) {
      slow.send("GET /report HTTP/1.1\r\nHost: a\r\n\r\n");
      await()
          .until(() -> {
            assertThat(others.get("/").text()).isEqualTo("quick");
            return bed.count(Count.GATEWAY_TIMEOUTS) == 1;
          });

      assertThat(slow.response().status()).isEqualTo(504);
      assertThat(bed.failing).isEmpty();
      never.countDown();
    }
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

      bed.routing.set(found(List.of(well.target()), hangs));

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

      bed.routing.set(found(List.of(well.target()), hangs));

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

      bed.routing.set(found(List.of(), hangs));

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
      bed.routing.set(found(List.of(), pauses));
      bed.silent.clear();
      await().until(() -> bed.silent.contains(id(1)));

      pause.countDown();

      assertThat(client.response().text()).isEqualTo("late");
    }
  }
}
