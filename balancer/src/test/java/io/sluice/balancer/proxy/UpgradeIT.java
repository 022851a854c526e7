package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that are given over to another protocol. */
@OverBothWires
final class UpgradeIT {
  private static final String ASK =
      "GET /chat HTTP/1.1^Host: a^Connection: Upgrade^Upgrade: websocket^^".replace("^", "\r\n");
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols^Connection: Upgrade^Upgrade: websocket^^"
          .replace("^", "\r\n");
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  UpgradeIT(Transport transport) {
    TestBed.over(transport);
  }

  /** Switches, and then sends everything back. */
  private static TestServer echo() throws Exception {
    TestServer[] self = new TestServer[1];
    self[0] =
        new TestServer(
            id(1),
            connection -> {
              Message request = connection.request().orElseThrow();
              self[0].requests.add(request);
              connection.send(accept(request));
              byte[] part = new byte[64 * 1024];
              for (int size = connection.in().read(part);
                  size >= 0;
                  size = connection.in().read(part)) {
                connection.out().write(part, 0, size);
              }
            });
    return self[0];
  }

  /** The answer to a WebSocket's handshake (RFC 6455 section 4.2.2). */
  private static String accept(Message request) {
    String key = request.field("sec-websocket-key").orElse("");
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      String accept = Base64.getEncoder().encodeToString(hash);
      return SWITCH.replace("\r\n\r\n", "\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n");
    } catch (java.security.NoSuchAlgorithmException missing) {
      throw new IllegalStateException("SHA-1: every Java has it", missing);
    }
  }

  @Test
  void bytesPassBothWaysUntilTheClientEnds() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = echo();
        TestClient client = bed.alive(server).client()) {
      client.send(ASK + "early");
      Message answer = client.bodiless();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.field("upgrade")).contains("websocket");
      assertThat(answer.field("connection")).contains("Upgrade");
      assertThat(new String(client.in().readNBytes(5), ISO_8859_1)).isEqualTo("early");
      for (int i = 0; i < 3; i++) {
        client.send("\u0000\u00ffGET / HTTP/1.1\r\n\r\n");
        assertThat(client.in().readNBytes(20)).startsWith(0, 0xff);
      }
      assertThat(bed.proxy.inFlight(id(1))).isEqualTo(1);
      client.reset();
      await().until(() -> bed.proxy.inFlight(id(1)) == 0);
      assertThat(bed.unreachable).isEmpty();
    }
  }

  @Test
  void theEndOfTheServerIsTheEndOfTheClient() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            new TestServer(
                id(1),
                connection -> {
                  if (connection.request().isPresent()) {
                    connection.send(SWITCH + "bye");
                  }
                });
        TestClient client = bed.alive(server).client()) {
      client.send(ASK);
      assertThat(client.bodiless().status()).isEqualTo(101);
      assertThat(new String(client.in().readAllBytes(), ISO_8859_1)).isEqualTo("bye");
    }
  }

  @Test
  void aServerMayDecline() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      assertThat(client.send(ASK).response().status()).isEqualTo(200);
      assertThat(server.requests.getFirst().field("upgrade")).contains("websocket");
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void aServerThatSwitchesToAnotherProtocolIsNotBelieved() throws Exception {
    for (String named : new String[] {"foo", "websocket, foo", "foo\r\nUpgrade: websocket"}) {
      try (TestBed bed = new TestBed();
          TestServer server =
              TestServer.replying(
                  id(1),
                  (request, connection) -> {
                    connection.send(SWITCH.replace("websocket", named));
                    return true;
                  });
          TestClient client = bed.alive(server).client()) {
        assertThat(client.send(ASK).response().status()).as(named).isEqualTo(502);
      }
    }
  }

  @Test
  void noOtherProtocolIsAskedFor() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      for (String protocol : new String[] {"h2c", "websocket, h2c", "x"}) {
        client.send(ASK.replace("websocket", protocol));
        assertThat(client.response().status()).isEqualTo(200);
        assertThat(server.requests.getLast().field("upgrade")).isEmpty();
        assertThat(server.requests.getLast().field("connection")).isEmpty();
      }
      String named = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";
      assertThat(client.send(named).response().status()).isEqualTo(200);
      assertThat(server.requests.getLast().field("upgrade")).as("not named").isEmpty();
    }
  }

  @Test
  void aSilentTunnelEnds() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(TestBed.QUICK));
        TestServer server = echo();
        TestClient client = bed.alive(server).client()) {
      client.send(ASK);
      assertThat(client.bodiless().status()).isEqualTo(101);
      assertThat(client.closed()).isTrue();
      assertThat(bed.unreachable).isEmpty();
      assertThat(bed.count(Count.GATEWAY_TIMEOUTS)).isZero();
    }
  }

  @Test
  void javasWebSocketOpensThroughIt() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = echo();
        HttpClient http = HttpClient.newHttpClient()) {
      bed.alive(server);
      CompletableFuture<Integer> closed = new CompletableFuture<>();
      URI address = URI.create("ws://127.0.0.1:" + bed.proxy.address().getPort() + "/");
      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(
                  address,
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
                      closed.complete(status);
                      return CompletableFuture.completedStage(null);
                    }

                    @Override
                    public void onError(WebSocket from, Throwable error) {
                      closed.completeExceptionally(error);
                    }
                  })
              .get(10, TimeUnit.SECONDS);
      assertThat(socket.getSubprotocol()).isEmpty();
      socket.abort();
      await().until(() -> bed.proxy.inFlight(id(1)) == 0);
    }
  }

  /** Reads a frame with a short payload; empty at the end of the connection. */
  private static Optional<byte[]> frame(TestClient client) throws IOException {
    int first = client.in().read();
    if (first < 0) {
      return Optional.empty();
    }
    byte[] payload = client.in().readNBytes(client.in().read());
    return Optional.of(
        ByteBuffer.allocate(payload.length + 1).put((byte) first).put(payload).array());
  }

  @Test
  void webSocketsThatOutlastAHandOverAreEndedOneAfterTheOther() throws Exception {
    try (TestBed bed = new TestBed(TestBed.config(ProxyTimeouts.DEFAULT, Balancing.DEFAULT));
        TestServer server = echo()) {
      bed.alive(server);
      List<TestClient> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        TestClient client = bed.client();
        clients.add(client);
        // The server is in the middle of a frame of four octets.
        assertThat(client.send(ASK + "\u0082\u0004ab").bodiless().status()).isEqualTo(101);
        assertThat(client.in().readNBytes(4)).hasSize(4);
      }
      TestClient last = clients.getLast();

      Thread leaving = Thread.ofVirtual().start(() -> bed.proxy.leave(Duration.ofSeconds(1)));
      for (TestClient client : clients) {
        client.send(client.equals(last) ? "c" : "cd");
        assertThat(client.in().readNBytes(client.equals(last) ? 1 : 2)).isNotEmpty();
      }
      List<Long> told = new ArrayList<>();
      for (TestClient client : clients.subList(0, 9)) {
        assertThat(frame(client).orElseThrow())
            .startsWith(0x88, 0x03, 0xe9)
            .endsWith("going away".getBytes(ISO_8859_1));
        told.add(System.nanoTime());
      }
      assertThat(Duration.ofNanos(told.getLast() - told.getFirst()))
          .as("spread over half of the grace")
          .isGreaterThan(Duration.ofMillis(300));
      last.send("d");
      assertThat(last.in().read()).as("first the rest of the frame").isEqualTo('d');
      assertThat(frame(last).orElseThrow()).startsWith(0x88, 0x03, 0xe9);
      for (TestClient client : clients) {
        assertThat(client.closed()).isTrue();
        client.close();
      }
      leaving.join();
    }
  }
}
