package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.http.Networks;
import io.sluice.balancer.limit.ClientRate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and what those are told who are not. */
final class AdmissionIT {
  private static final Networks LOOPBACK = Networks.parse("127.0.0.0/8");
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
  private static final ProxyConfig PLAIN =
      TestBed.config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO));

  @TempDir private Path directory = Path.of("");

  private static PerClient asking(double perSecond, int burst) {
    ClientRate rate = new ClientRate(perSecond, burst, ClientRate.CLIENTS_LEAST);
    return new PerClient(0, Optional.of(rate), Networks.NONE);
  }

  private static ProxyConfig limited(PerClient perClient) {
    return PLAIN.withClients(new ClientLimits(100, 0, 0, perClient));
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeAgainAndKeepsTheConnection() throws Exception {
    try (TestBed bed = new TestBed(limited(asking(0.2, 2)));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(client.get("/").status()).isEqualTo(200);

      Message refused = client.get("/");
      assertThat(refused.startLine()).isEqualTo("HTTP/1.1 429 Too Many Requests");
      assertThat(refused.field("retry-after").map(Integer::valueOf).orElseThrow()).isBetween(1, 5);
      assertThat(refused.field("connection")).isEmpty();
      assertThat(client.get("/").status()).isEqualTo(429);
      assertThat(server.requests).hasSize(2);
      assertThat(bed.count(Count.TOO_OFTEN)).isEqualTo(2);
    }
  }

  @Test
  void aRefusedBodyIsNotTakenForTheNextRequest() throws Exception {
    try (TestBed bed = new TestBed(limited(asking(0.2, 1)));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n" + GET + "\r\n");
      assertThat(client.response().status()).isEqualTo(429);
      assertThat(client.closed()).isTrue();
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void behindATrustedProxyEachClientHasItsOwnLimit() throws Exception {
    HopRules rules = new HopRules(LOOPBACK, Networks.NONE, false);
    try (TestBed bed = new TestBed(limited(asking(0.2, 1)).withHops(rules));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      for (String address : List.of("198.51.100.1", "198.51.100.2", "2001:db8::1")) {
        String request = GET + "X-Forwarded-For: " + address + "\r\n\r\n";
        assertThat(client.send(request).response().status()).as(address).isEqualTo(200);
        assertThat(client.send(request).response().status()).as(address).isEqualTo(429);
      }
      String neighbour = GET + "X-Forwarded-For: 2001:db8::dead:beef\r\n\r\n";
      assertThat(client.send(neighbour).response().status()).as("of the same /64").isEqualTo(429);
    }
  }

  @Test
  void whoIsBelievedByNobodyCanNotPassForAnother() throws Exception {
    try (TestBed bed = new TestBed(limited(asking(0.2, 1)));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      client.send(GET + "X-Forwarded-For: 198.51.100.77\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(429);
    }
  }

  @Test
  void aConnectionTooManyIsToldInTheVersionThatItSpeaks() throws Exception {
    ListenerConfig knowing =
        ListenerConfig.DEFAULT.withHttp2(Http2Config.DEFAULT.withPriorKnowledge(true));
    PerClient one = new PerClient(1, Optional.empty(), Networks.NONE);
    try (TestBed bed = new TestBed(limited(one).withListener(knowing));
        TestServer server = TestServer.naming(id(1));
        TestClient first = bed.alive(server).client()) {
      assertThat(first.get("/").status()).isEqualTo(200);

      try (Http2Peer second = new Http2Peer(bed.proxy.address());
          TestClient third = bed.client()) {
        second.head(1, true, Http2Peer.get("/"));
        // ENHANCE_YOUR_CALM, in frames, and why.
        assertThat(second.untilClosed()).contains(0xb);
        assertThat(new String(second.farewell.orElseThrow().payload(), US_ASCII))
            .endsWith("too many connections of your address are open");
        assertThat(third.get("/").status()).isEqualTo(429);
      }
      assertThat(bed.count(Count.TURNED_AWAY)).isEqualTo(2);
    }
  }

  @Test
  void whoIsExemptMayAskAsOftenAsItLikes() throws Exception {
    PerClient perClient = new PerClient(1, asking(0.2, 1).rate(), LOOPBACK);
    try (TestBed bed = new TestBed(limited(perClient));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client();
        TestClient another = bed.client()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
        assertThat(another.get("/").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void oneConnectionTooManyOfAClientIsToldSoAndTheNextOneHasItsPlace() throws Exception {
    PerClient two = new PerClient(2, Optional.empty(), Networks.NONE);
    try (TestBed bed = new TestBed(limited(two));
        TestServer server = TestServer.naming(id(1));
        TestClient one = bed.alive(server).client();
        TestClient other = bed.client()) {
      assertThat(one.get("/").status()).isEqualTo(200);
      assertThat(other.get("/").status()).isEqualTo(200);
      try (TestClient third = bed.client()) {
        Message refused = third.response();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("retry-after")).contains("1");
        assertThat(third.closed()).isTrue();
      }
      other.leave();
      await()
          .until(() -> {
            try (TestClient next = bed.client()) {
              return next.get("/").status() == 200;
            }
          });
      assertThat(one.get("/").status()).isEqualTo(200);
      assertThat(bed.has(Count.TURNED_AWAY)).isTrue();
    }
  }

  @Test
  void connectionsByTheProxyProtocolCountAsTheirClients() throws Exception {
    PerClient one = new PerClient(1, Optional.empty(), Networks.NONE);
    HopRules rules = new HopRules(Networks.NONE, LOOPBACK, false);
    try (TestBed bed = new TestBed(limited(one).withHops(rules));
        TestServer server = TestServer.naming(id(1));
        TestClient first = bed.alive(server).client();
        TestClient second = bed.client();
        TestClient again = bed.client()) {
      String header = "PROXY TCP4 203.0.113.%d 10.0.0.1 4711 80\r\n";
      assertThat(first.send(header.formatted(1)).get("/").status()).isEqualTo(200);
      assertThat(second.send(header.formatted(2)).get("/").status()).isEqualTo(200);
      assertThat(again.send(header.formatted(1)).get("/").status()).isEqualTo(429);
    }
  }

  @Test
  void duringMaintenanceEverybodyIsShownThePage() throws Exception {
    Path page = directory.resolve("down.html");
    Files.writeString(page, "<p>back soon</p>");
    Path log = directory.resolve("log");
    ListenerConfig listener =
        new ListenerConfig(
                Set.of(),
                new AccessLogConfig(AccessFormat.COMMON, Optional.of(log)),
                Optional.empty())
            .withMaintenance(new Maintenance(false, Optional.of(page), Duration.ofSeconds(90)));
    try (TestBed bed = new TestBed(PLAIN.withListener(listener));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.get("/").status()).isEqualTo(200);

      bed.proxy.maintenance(true);
      Message down = client.get("/a");
      assertThat(down.status()).isEqualTo(503);
      assertThat(down.text()).isEqualTo("<p>back soon</p>");
      assertThat(down.field("content-type")).contains("text/html; charset=utf-8");
      assertThat(down.field("retry-after")).contains("90");
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.bodiless().field("content-length")).contains("16");

      bed.proxy.maintenance(false);
      assertThat(client.get("/").text()).isEqualTo("zone1-1");
      assertThat(bed.count(Count.MAINTENANCE)).isEqualTo(2);
      await().until(() -> Files.readAllLines(log).size() == 4);
      assertThat(Files.readAllLines(log).get(1)).endsWith("\"GET /a HTTP/1.1\" 503 16");
    }
  }

  @Test
  void whileThereIsNoServerThePageIsShownToo() throws Exception {
    Path page = directory.resolve("down.json");
    Files.writeString(page, "{}");
    ListenerConfig listener =
        ListenerConfig.DEFAULT.withMaintenance(
            new Maintenance(false, Optional.of(page), Duration.ofSeconds(90)));
    try (TestBed bed = new TestBed(PLAIN.withListener(listener));
        TestClient client = bed.client()) {
      Message none = client.get("/");
      assertThat(none.status()).isEqualTo(503);
      assertThat(none.text()).isEqualTo("{}");
      assertThat(none.field("content-type")).contains("application/json");
      assertThat(none.field("retry-after")).contains("1");
    }
  }

  @Test
  void aPageThatIsNotThereIsSaidAtTheStart() {
    ListenerConfig listener =
        ListenerConfig.DEFAULT.withMaintenance(
            new Maintenance(false, Optional.of(directory.resolve("none")), Duration.ofSeconds(90)));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> new TestBed(PLAIN.withListener(listener)))
        .isInstanceOf(ProxyException.class)
        .hasMessageContaining("none")
        .hasMessageContaining("expected a file that can be read");
  }

  @Test
  void moreAddressesThanAreRememberedAreAllServed() throws Exception {
    HopRules rules = new HopRules(LOOPBACK, Networks.NONE, false);
    try (TestBed bed = new TestBed(limited(asking(1, 1)).withHops(rules));
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      long served =
          IntStream.range(0, 5_000)
              .filter(i -> status(client, "10.%d.%d.1".formatted(i / 250, i % 250)) == 200)
              .count();
      assertThat(served).as("none of them was refused for what others did").isEqualTo(5_000);
    }
  }

  private static int status(TestClient client, String address) {
    try {
      return client.send(GET + "X-Forwarded-For: " + address + "\r\n\r\n").response().status();
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
