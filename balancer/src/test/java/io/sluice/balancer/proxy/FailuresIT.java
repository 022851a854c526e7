package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.http.Networks;
import io.sluice.balancer.pool.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see, and what they don't, when servers fail. */
@OverBothWires
final class FailuresIT {
  FailuresIT(Transport transport) {
    TestBed.over(transport);
  }

  @Test
  void answers503WithRetryAfterWhenThereIsNobodyAndKeepsTheConnection() throws Exception {
    try (TestBed bed = new TestBed();
        TestClient client = bed.client()) {
      for (int i = 0; i < 2; i++) {
        Message response = client.get("/");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("retry-after")).contains("1");
      }
      assertThat(bed.count(Count.UNAVAILABLE)).isEqualTo(2);
    }
  }

  @Test
  void goesToAnotherServerWhenOneRefuses() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer dead = TestServer.naming(id(1));
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(dead, well).client()) {
      dead.kill();

      for (int i = 0; i < 10; i++) {
        Message response =
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi").response();
        assertThat(response.text()).isEqualTo("zone1-2");
      }
      assertThat(bed.unreachable).containsOnlyKeys(id(1));
      assertThat(bed.count(Count.RETRIES_OTHER_SERVER)).isPositive();
    }
  }

  @Test
  void answers503WhenTheOnlyServerRefusesAndMayNotBeWaitedFor() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer dead = TestServer.naming(id(1));
        TestClient client = bed.alive(dead).client()) {
      dead.kill();

      assertThat(client.get("/").status()).isEqualTo(503);
      assertThat(bed.count(Count.CONNECT_FAILURES)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDeadlyRequestTakesOneOtherServerWithItAtMost(boolean overKeptConnections) throws Exception {
    List<TestServer> servers = new ArrayList<>();
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT))) {
      for (int i = 1; i <= 4; i++) {
        String name = id(i).toString();
        servers.add(
            TestServer.replying(
                id(i),
                (request, connection) -> {
                  connection.send(request.path().equals("/deadly") ? "" : TestServer.ok(name));
                  return !request.path().equals("/deadly");
                }));
      }
      bed.alive(servers.toArray(TestServer[]::new));
      try (TestClient client = bed.client()) {
        for (int i = 0; overKeptConnections && i < 8; i++) {
          assertThat(client.get("/").status()).isEqualTo(200);
        }

        assertThat(client.get("/deadly").status()).isEqualTo(502);

        assertThat(servers)
            .filteredOn(
                server -> server.requests.stream().anyMatch(one -> one.path().equals("/deadly")))
            .hasSize(2);
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void whatAServerAnswersIsTheAnswerAndNobodyIsEjectedForIt() throws Exception {
    TestServer.Reply failing =
        (request, connection) -> {
          connection.send("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno");
          return true;
        };
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.replying(id(1), failing);
        TestServer two = TestServer.replying(id(2), failing);
        TestClient client = bed.alive(one, two).client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/mistake").status()).isEqualTo(500);
      }
      assertThat(one.requests.size() + two.requests.size()).isEqualTo(20);
      assertThat(bed.failing).isEmpty();
    }
  }

  @Test
  void triesDisconnectedServersWhenNobodyIsAlive() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer back = TestServer.naming(id(1));
        TestClient client = bed.alive(back).client()) {
      bed.routing.set(new Routing(List.of(), List.of(back.target())));
      assertThat(client.get("/").text()).isEqualTo("zone1-1");
    }
  }

  @Test
  void repeatsARequestOnAFreshConnectionWhenThePooledOneWasStale() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                new TestServer.Reply() {
                  private final AtomicInteger seen = new AtomicInteger();

                  @Override
                  public boolean to(Message request, TestServer.Connection connection)
                      throws IOException {
                    if (seen.incrementAndGet() == 2) {
                      return false;
                    }
                    connection.send(TestServer.ok("fine"));
                    return true;
                  }
                });
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/1").status()).isEqualTo(200);
      assertThat(client.get("/2").text()).isEqualTo("fine");

      assertThat(server.connections).hasValue(2);
      assertThat(bed.unreachable).as("not the server's fault").isEmpty();
      assertThat(bed.count(Count.RETRIES_SAME_SERVER)).isEqualTo(1);
    }
  }

  @Test
  void neverRepeatsAPostThatMayHaveLeft() throws Exception {
    TestServer.Reply breaking = (request, connection) -> false;
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.replying(id(1), breaking);
        TestServer two = TestServer.replying(id(2), breaking);
        TestClient client = bed.alive(one, two).client()) {
      Message response =
          client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi").response();

      assertThat(response.status()).isEqualTo(502);
      assertThat(one.requests.size() + two.requests.size()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"408, keep-alive", "408, close", "400, close"})
  void aFarewellOnAnIdleConnectionIsNotTakenForAnAnswer(int status, String connectionField)
      throws Exception {
    AtomicInteger seen = new AtomicInteger();
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  if (seen.incrementAndGet() != 2) {
                    connection.send(TestServer.ok("fine"));
                    return true;
                  }
                  connection.send(
                      "HTTP/1.1 %d Idle\r\nConnection: %s\r\nContent-Length: 0\r\n\r\n"
                          .formatted(status, connectionField));
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/1").status()).isEqualTo(200);
      assertThat(client.get("/2").text()).isEqualTo("fine");
      assertThat(server.connections).hasValue(2);

      seen.set(1);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.response().status()).as("may have had an effect").isEqualTo(status);
    }
  }

  @Test
  void whatIsTooLargeToBeRepeatedDoesNotGoOverAConnectionThatMayBeClosing() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      Duration idle = ProxyTimeouts.DEFAULT.unsafeReuse().plusMillis(200);
      await().pollDelay(idle).until(() -> true);

      assertThat(put(client, 1_000).status()).isEqualTo(200);
      assertThat(server.connections).as("can be repeated").hasValue(1);
      await().pollDelay(idle).until(() -> true);
      assertThat(put(client, 200_000).status()).isEqualTo(200);
      assertThat(server.connections).hasValue(2);
    }
  }

  private static Message put(TestClient client, int size) throws IOException {
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(size));
    client.out().write(new byte[size]);
    return client.response();
  }

  @Test
  void aBodyThatComesByteByByteIsRepeatedWhole() throws Exception {
    String body = "0123456789".repeat(200);
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer breaking = TestServer.replying(id(1), (request, connection) -> false);
        TestServer well =
            TestServer.replying(
                id(2),
                (request, connection) -> {
                  connection.send(TestServer.ok(request.text()));
                  return true;
                });
        TestClient client = bed.alive(breaking, well).client()) {
      for (int i = 0; i < 2; i++) {
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n");
        for (int sent = 0; sent < body.length(); sent++) {
          client.send(body.substring(sent, sent + 1));
        }
        assertThat(client.response().text()).isEqualTo(body);
      }
      assertThat(breaking.requests).isNotEmpty();
    }
  }

  @Test
  void aHeadThatComesByteByByteIsPassedOn() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  String interim = "HTTP/1.1 103 Early\r\nLink: a\r\n\r\n";
                  for (char octet : (interim + TestServer.ok("slow")).toCharArray()) {
                    connection.send(String.valueOf(octet));
                  }
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(103);
      assertThat(client.response().text()).isEqualTo("slow");
    }
  }

  @Test
  void repeatsAPutWithItsBodyOnAnotherServer() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer breaking = TestServer.replying(id(1), (request, connection) -> false);
        TestServer well =
            TestServer.replying(
                id(2),
                (request, connection) -> {
                  connection.send(TestServer.ok(request.text()));
                  return true;
                });
        TestClient client = bed.alive(breaking, well).client()) {
      for (int i = 0; i < 4; i++) {
        String put = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
        assertThat(client.send(put).response().text()).isEqualTo("body");
      }
      assertThat(breaking.requests).isNotEmpty();
    }
  }

  @Test
  void doesNotRepeatAPutWhoseBodyIsLargerThanWhatIsKept() throws Exception {
    int size = 2 * ProxyConfig.REPLAY_MAX_BYTES_DEFAULT;
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.replying(id(1), (request, connection) -> false);
        TestClient client = bed.alive(one).client()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(size));
      client.out().write(new byte[size]);

      assertThat(client.response().status()).isEqualTo(502);
      assertThat(one.requests).hasSize(1);
    }
  }

  @Test
  void cutsTheClientOffWhenAResponseBreaksInTheMiddle() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      assertThatThrownBy(() -> client.get("/"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended after 4");
      assertThat(server.requests).hasSize(1);
      assertThat(bed.count(Count.TRUNCATED)).isEqualTo(1);
    }
  }

  @Test
  void resetsTheClientWhenABodyWithoutLengthIsReset() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                  await().until(() -> bed.count(Count.RESPONSES_2XX) == 1);
                  connection.reset();
                  return false;
                });
        TestClient client = bed.alive(server).client()) {
      assertThatThrownBy(() -> client.get("/")).isInstanceOf(java.net.SocketException.class);
      assertThat(bed.broke).containsKey(id(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoKnowsAUrlThatBreaksConnectionsTakesNoServerAway(boolean reset) throws Exception {
    TestServer.Reply breaking =
        (request, connection) -> {
          if (!request.path().equals("/deadly")) {
            connection.send(TestServer.ok("well"));
            return true;
          }
          if (reset) {
            connection.reset();
          }
          return false;
        };
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer one = TestServer.replying(id(1), breaking);
        TestServer two = TestServer.replying(id(2), breaking);
        TestClient client = bed.alive(one, two).client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/deadly").status()).isEqualTo(502);
      }
      assertThat(bed.broke).as("asked how they are").containsOnlyKeys(id(1), id(2));
      assertThat(bed.unreachable).isEmpty();
      assertThat(bed.failing).isEmpty();
    }
  }

  @Test
  void aServerThatBreaksEverybodysConnectionsIsTold() throws Exception {
    ProxyConfig plain = TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT);
    HopRules trusting = HopRules.DEFAULT.trusting(Networks.parse("127.0.0.1"));
    try (TestBed bed = new TestBed(plain.withHops(trusting));
        TestServer breaking = TestServer.replying(id(1), (_, _) -> false);
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(breaking, well).client()) {
      for (int i = 0; bed.failing.isEmpty(); i++) {
        client.send(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.%d\r\n\r\n".formatted(i));
        assertThat(client.response().text()).isEqualTo("zone1-2");
        assertThat(i).isLessThan(20);
      }
      assertThat(bed.failing).containsOnlyKeys(id(1));
    }
  }

  @Test
  void answers502WhenTheServerDoesNotSpeakHttp() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  connection.send("SSH-2.0-OpenSSH_9.2p1 Debian\r\n");
                  await().until(() -> connection.in().read() < 0);
                });
        TestClient client = bed.alive(server).client()) {
      Message response = client.get("/");
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.text()).contains("status line");
    }
  }

  @Test
  void asksAnotherServerWhenOneDoesNotSpeakHttp() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer odd =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send("HTTP/9 maybe\r\n\r\n");
                  return true;
                });
        TestServer well = TestServer.naming(id(2));
        TestClient client = bed.alive(odd, well).client()) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("/").text()).isEqualTo("zone1-2");
      }
      assertThat(odd.requests).isNotEmpty();
      assertThat(bed.failing).containsOnlyKeys(id(1));

      bed.routing.set(new Routing(List.of(odd.target()), List.of()));
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.response().status()).as("may have had an effect").isEqualTo(502);
    }
  }

  @Test
  void losesNoIdempotentRequestWhenAServerIsKilledUnderLoad() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestServer three = TestServer.naming(id(3))) {
      bed.alive(one, two, three);
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(Thread.ofVirtual().start(() -> ask(bed, stop, answered, failed)));
      }
      await().until(() -> answered.get() > 500);

      one.kill();
      int before = answered.get();
      await().until(() -> answered.get() > before + 500);
      two.kill();
      int between = answered.get();
      await().until(() -> answered.get() > between + 500);
      stop.set(true);
      for (Thread client : clients) {
        client.join();
      }

      assertThat(failed).hasValue(0);
      assertThat(bed.unreachable).containsKeys(id(1), id(2));
    }
  }

  /** Asks until told to stop; counts what was answered with 200, and everything else. */
  private static void ask(
      TestBed bed, AtomicBoolean stop, AtomicInteger answered, AtomicInteger failed) {
    try (TestClient client = bed.client()) {
      while (!stop.get()) {
        boolean fine = client.get("/").status() == 200;
        (fine ? answered : failed).incrementAndGet();
      }
    } catch (IOException broken) {
      failed.incrementAndGet();
    }
  }
}
