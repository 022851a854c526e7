package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers for which a connection is a user: nobody else may come over it. */
final class AuthenticationIT {
  /** Takes whoever has shown a ticket on a connection for the user of all that follows on it. */
  private static TestServer windows(String scheme) throws IOException {
    return new TestServer(
        id(1),
        connection -> {
          String user = "";
          for (Optional<Message> next = connection.request();
              next.isPresent();
              next = connection.request()) {
            String shown = next.get().field("authorization").orElse("");
            user = shown.startsWith(scheme + " ticket-of-") ? shown.split("-of-", 2)[1] : user;
            boolean known = !user.isEmpty();
            connection.send(
                known
                    ? TestServer.ok(user)
                    : """
                    HTTP/1.1 401 Unauthorized\r
                    WWW-Authenticate: Basic realm="a", %s%s\r
                    Content-Length: 0\r
                    \r
                    """
                        .formatted(scheme, shown.isEmpty() ? "" : " challenge"));
          }
        });
  }

  private static Message show(TestClient client, String scheme, String what) throws IOException {
    return client
        .send("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: %s %s\r\n\r\n".formatted(scheme, what))
        .response();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NTLM", "Negotiate", "negotiate", "Nego2", "Kerberos"})
  void aConnectionOnWhichAUserHasShownWhoHeIsIsHis(String scheme) throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer server = windows(scheme);
        TestClient alice = bed.alive(server).client();
        TestClient bob = bed.client()) {
      assertThat(alice.get("/").status()).isEqualTo(401);
      assertThat(show(alice, scheme, "hello").status()).isEqualTo(401);
      assertThat(show(alice, scheme, "ticket-of-alice").text()).isEqualTo("alice");
      for (int i = 0; i < 3; i++) {
        assertThat(alice.get("/").text()).isEqualTo("alice");
        assertThat(bob.get("/").status()).isEqualTo(401);
      }
      assertThat(show(bob, scheme, "ticket-of-bob").text()).isEqualTo("bob");
      assertThat(alice.get("/").text()).isEqualTo("alice");
      assertThat(bob.get("/").text()).isEqualTo("bob");

      alice.close();
      await().until(() -> bed.proxy.openConnections() == 1);
      try (TestClient carol = bed.client()) {
        assertThat(carol.get("/").status()).isEqualTo(401);
      }
    }
  }

  @Test
  void aTicketThatIsTakenAtOnceIsEnoughToBind() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer server = windows("Negotiate");
        TestClient alice = bed.alive(server).client();
        TestClient bob = bed.client()) {
      assertThat(show(alice, "Negotiate", "ticket-of-alice").text()).isEqualTo("alice");
      assertThat(bob.get("/").status()).isEqualTo(401);
      assertThat(alice.get("/").text()).isEqualTo("alice");
      assertThat(bed.proxy.inFlight(id(1))).isZero();
    }
  }

  @Test
  void otherAuthenticationIsOfTheRequestAndSharesConnections() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer server = TestServer.naming(id(1));
        TestClient alice = bed.alive(server).client();
        TestClient bob = bed.client()) {
      for (String scheme : new String[] {"Basic", "Bearer", "Digest"}) {
        assertThat(show(alice, scheme, "ntlm").status()).isEqualTo(200);
        assertThat(show(bob, scheme, "negotiate").status()).isEqualTo(200);
      }
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void aUserWhoseServerClosedTheConnectionGetsAnotherOne() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  if (connection.request().isPresent()) {
                    connection.send(TestServer.ok("once"));
                  }
                });
        TestClient alice = bed.alive(server).client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(show(alice, "NTLM", "ticket").text()).isEqualTo("once");
      }
      await().until(() -> server.connections.get() == 3);
    }
  }
}
