package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.http.Networks;
import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A balancer behind other proxies. */
final class HopsIT {
  private static final Networks LOOPBACK = Networks.parse("127.0.0.0/8, 10.0.0.0/8");
  private static final Networks ELSEWHERE = Networks.parse("192.0.2.0/24");
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";

  @TempDir private Path directory = Path.of("");

  private Path log() {
    return directory.resolve("access.log");
  }

  private TestBed bed(Networks trusted, Networks proxyProtocol) {
    ProxyConfig plain =
        TestBed.config(
            ProxyTimeouts.DEFAULT,
            new Balancing(
                PickKind.HASH_CLIENT, new SlowStart(Duration.ZERO), 0, 8, 3, 3, Optional.empty()));
    return new TestBed(
        plain
            .withHops(new HopRules(trusted, proxyProtocol, false))
            .withListener(
                new ListenerConfig(
                    Set.of(),
                    new AccessLogConfig(AccessFormat.COMMON, Optional.of(log())),
                    Optional.empty())));
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(log());
  }

  @Test
  void theClientIsTheLastHopThatIsNoTrustedProxy() throws Exception {
    try (TestBed bed = bed(LOOPBACK, Networks.NONE);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      String told = "X-Forwarded-For: 6.6.6.6, 198.51.100.7:4711, 10.1.2.3\r\n\r\n";
      assertThat(client.send(GET + told).response().status()).isEqualTo(200);

      assertThat(server.requests.getFirst().field("x-forwarded-for"))
          .contains("6.6.6.6, 198.51.100.7:4711, 10.1.2.3, 127.0.0.1");
      await().until(() -> !lines().isEmpty());
      assertThat(lines().getFirst()).startsWith("198.51.100.7 - - ");
    }
  }

  @Test
  void clientsBehindAProxyAreSpreadByTheirOwnAddresses() throws Exception {
    try (TestBed bed = bed(LOOPBACK, Networks.NONE);
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      Set<String> served = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        String told = "X-Forwarded-For: 198.51.100." + i + "\r\n\r\n";
        String first = client.send(GET + told).response().text();
        assertThat(client.send(GET + told).response().text()).isEqualTo(first);
        served.add(first);
      }
      assertThat(served).hasSize(2);
    }
  }

  @Test
  void whoIsOfNoTrustedNetworkIsNotBelieved() throws Exception {
    try (TestBed bed = bed(ELSEWHERE, ELSEWHERE);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client();
        TestClient pretender = bed.client()) {
      String told = "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n";
      assertThat(client.send(GET + told).response().status()).isEqualTo(200);
      assertThat(server.requests.getFirst().field("x-forwarded-for")).contains("127.0.0.1");
      assertThat(server.requests.getFirst().field("x-forwarded-proto")).contains("http");

      pretender.send("PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\r\n" + GET + "\r\n");
      assertThat(pretender.response().status()).isEqualTo(400);
      assertThat(server.requests).hasSize(1);
    }
  }

  /** Version 2, of a connection from 203.0.113.9 to 10.0.0.1, with a field that nobody knows. */
  private static final String BINARY =
      "\r\n\r\n\0\r\nQUIT\n\41\21\0\21\313\0\161\11\12\0\0\1\22\147\0P\340\0\2xx";

  @ParameterizedTest
  @ValueSource(strings = {"PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\r\n", BINARY})
  void aHeaderOfTheProxyProtocolSaysWhoTheClientIs(String header) throws Exception {
    try (TestBed bed = bed(Networks.NONE, LOOPBACK);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      byte[] bytes = (header + GET + "\r\n").getBytes(ISO_8859_1);
      for (byte octet : bytes) {
        client.out().write(octet);
        client.out().flush();
      }
      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.get("/again").status()).isEqualTo(200);

      assertThat(server.requests)
          .allMatch(request -> request.field("x-forwarded-for").equals(Optional.of("203.0.113.9")));
      await().until(() -> lines().size() == 2);
      assertThat(lines()).allMatch(line -> line.startsWith("203.0.113.9 - - "));
    }
  }

  @Test
  void theProxysOwnQuestionsAreItsOwn() throws Exception {
    try (TestBed bed = bed(Networks.NONE, LOOPBACK);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.send("PROXY UNKNOWN\r\n" + GET + "\r\n").response().status())
          .isEqualTo(200);
      assertThat(server.requests.getFirst().field("x-forwarded-for")).contains("127.0.0.1");
    }
  }

  @Test
  void whoHasToSendAHeaderIsNotServedWithoutOne() throws Exception {
    try (TestBed bed = bed(Networks.NONE, LOOPBACK);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send(GET + "\r\n");
      assertThat(client.closed()).isTrue();
      assertThat(server.requests).isEmpty();
    }
  }
}
