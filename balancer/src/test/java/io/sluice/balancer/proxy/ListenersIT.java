package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.http.Networks;
import io.sluice.balancer.limit.ClientRate;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More than one address, and what becomes of them and of their clients when others are wanted. */
final class ListenersIT {
  private static final ProxyConfig PLAIN =
      TestBed.config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO));

  private static Endpoint plain(String name, String host, int port) {
    return new Endpoint(name, host, port, Optional.empty(), Optional.empty(), false);
  }

  private static ProxyConfig with(Endpoint... others) {
    return PLAIN.withListener(ListenerConfig.DEFAULT.withOthers(List.of(others)));
  }

  @Test
  void eachAddressIsServed() throws Exception {
    try (TestBed bed = new TestBed(with(plain("six", "::1", 0), plain("more", "127.0.0.1", 0)));
        TestServer server = TestServer.naming(id(1))) {
      bed.alive(server);
      assertThat(bed.proxy.addresses()).hasSize(3).doesNotHaveDuplicates();
      for (InetSocketAddress address : bed.proxy.addresses()) {
        try (TestClient client = new TestClient(address)) {
          assertThat(client.get("/").text()).isEqualTo("zone1-1");
        }
      }
      assertThat(server.requests.get(1).field("x-forwarded-for")).contains("::1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /a?b=c HTTP/1.1,Host: shop.example,https://shop.example/a?b=c",
    "POST / HTTP/1.1,Host: shop.example:3000,https://shop.example/",
    "GET /x HTTP/1.1,Host: [2001:db8::1]:80,https://[2001:db8::1]/x",
    "GET http://other.example/y HTTP/1.1,Host: shop,https://other.example/y",
    "OPTIONS * HTTP/1.1,Host: shop,https://shop/",
  })
  void requestsAreSentToHttps(String line, String host, String location) throws Exception {
    Endpoint redirecting =
        new Endpoint("http", "127.0.0.1", 0, Optional.empty(), Optional.of(443), false);
    try (TestBed bed = new TestBed(with(redirecting));
        TestServer server = TestServer.naming(id(1));
        TestClient client = new TestClient(bed.alive(server).proxy.addresses().get(1))) {
      client.send(line + "\r\n" + host + "\r\n\r\n");
      Message answer = client.response();
      assertThat(answer.startLine()).isEqualTo("HTTP/1.1 308 Permanent Redirect");
      assertThat(answer.field("location")).contains(location);
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void anotherPortThan443StandsInTheLocation() throws Exception {
    Endpoint redirecting =
        new Endpoint("http", "127.0.0.1", 0, Optional.empty(), Optional.of(8443), false);
    try (TestBed bed = new TestBed(with(redirecting));
        TestClient client = new TestClient(bed.proxy.addresses().get(1))) {
      assertThat(client.get("/").field("location")).contains("https://a:8443/");
      assertThat(client.get("/again").status()).isEqualTo(308);
    }
  }

  @Test
  void aPortThatIsTakenIsNamedAndNothingStaysOpen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> new TestBed(with(plain("other", "127.0.0.1", port))))
          .isInstanceOf(ProxyException.class)
          .hasMessageContaining("listener other")
          .hasMessageContaining(String.valueOf(port));
    }
  }

  @Test
  void contradictionsAreRefused() {
    assertThatThrownBy(() -> with(plain("a", "127.0.0.1", 7), plain("b", "127.0.0.1", 7)))
        .hasMessageContaining("listeners a and b");
    assertThatThrownBy(() -> with(plain("a", "127.0.0.1", 7), plain("a", "127.0.0.1", 8)))
        .hasMessageContaining("different names");
  }

  @Test
  void anotherConfigurationHoldsForWhoeverComesAndDropsNobody() throws Exception {
    try (TestBed bed = new TestBed(PLAIN);
        TestServer server = TestServer.naming(id(1));
        TestClient before = bed.alive(server).client();
        TestClient silent = bed.client()) {
      assertThat(before.get("/").status()).isEqualTo(200);
      assertThat(silent.get("/").status()).isEqualTo(200);
      PerClient one =
          new PerClient(
              0, Optional.of(new ClientRate(0.1, 1, ClientRate.CLIENTS_LEAST)), Networks.NONE);

      bed.proxy.become(
          with(plain("more", "127.0.0.1", 0)).withClients(new ClientLimits(100, 0, 0, one)));

      try (TestClient after = bed.client();
          TestClient more = new TestClient(bed.proxy.addresses().get(1))) {
        assertThat(after.get("/").status()).isEqualTo(200);
        assertThat(after.get("/").status()).isEqualTo(429);
        assertThat(more.get("/").status()).isEqualTo(429);
      }
      Message last = before.get("/");
      assertThat(last.status()).as("limits are everybody's").isEqualTo(429);
      assertThat(last.field("connection")).contains("close");
      assertThat(before.closed()).isTrue();
      assertThat(silent.get("/").field("connection")).contains("close");
      assertThat(bed.count(Count.REQUESTS)).isEqualTo(7);
    }
  }

  @Test
  void whatIsUnderWayIsAnsweredByTheOldConfiguration() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (TestBed bed = new TestBed(PLAIN);
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  asked.countDown();
                  await().until(() -> mayAnswer.await(10, TimeUnit.SECONDS));
                  connection.send(TestServer.ok("late"));
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> asked.await(10, TimeUnit.SECONDS));

      for (int i = 0; i < 3; i++) {
        bed.proxy.become(PLAIN.withTimeouts(TestBed.QUICK));
      }
      assertThat(bed.proxy.inFlight(id(1))).isEqualTo(1);
      mayAnswer.countDown();

      Message late = client.response();
      assertThat(late.text()).isEqualTo("late");
      assertThat(late.field("connection")).contains("close");
      assertThat(client.closed()).isTrue();
      await().until(() -> bed.proxy.inFlight(id(1)) == 0);
      await().until(() -> bed.proxy.openConnections() == 0);
    }
  }

  @Test
  void aConfigurationOfNoUseChangesNothing() throws Exception {
    try (TestBed bed = new TestBed(PLAIN);
        ServerSocket taken = new ServerSocket(0);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() ->
              bed.proxy.become(
                  with(plain("fine", "127.0.0.1", 0), plain("bad", "127.0.0.1", port))
                      .withTimeouts(TestBed.QUICK)))
          .isInstanceOf(ProxyException.class)
          .hasMessageContaining("listener bad");

      assertThat(bed.proxy.addresses()).hasSize(1);
      assertThat(client.get("/").field("connection")).isEmpty();
    }
  }
}
