package io.sluice.provisioner.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.election.Message;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.supervision.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeersIT {
  private static final MonitorId SELF = new MonitorId(1);
  private static final MonitorId OTHER = new MonitorId(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<Peers.Failure> lost = new CopyOnWriteArrayList<>();
  private final List<Input> results = new CopyOnWriteArrayList<>();
  private final List<MonitorId> broken = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpServer other;
  private Peers peers;

  @BeforeEach
  void start() throws IOException {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    other.start();
    URI url = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
    peers =
        new Peers(
            new HttpPeerCalls(SELF, Map.of(OTHER, url), "secret", Duration.ofMillis(500)),
            Threads.ofSystem());
  }

  @AfterEach
  void stop() {
    release.countDown();
    peers.close();
    other.stop(0);
  }

  @Test
  void aMessageArrivesWithItsSenderAndTheToken() throws InterruptedException {
    other.createContext(
        "/election",
        exchange -> {
          String token = exchange.getRequestHeaders().getFirst("Authorization");
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          received.add(token + " " + body);
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });

    peers.send(OTHER, new Message.Coordinator(new Epoch(7)), lost::add).join(PATIENCE);

    assertThat(lost).isEmpty();
    assertThat(received)
        .containsExactly(
            "Bearer secret {\"from\":1,\"message\":{\"type\":\"coordinator\",\"epoch\":7}}");
    assertThat(Peers.Envelope.read(received.getFirst().substring("Bearer secret ".length())))
        .isEqualTo(new Peers.Envelope(SELF, new Message.Coordinator(new Epoch(7))));
  }

  @Test
  void aMessageThatIsRefusedOrNotAnsweredInTimeIsLost() throws InterruptedException {
    peers.send(OTHER, new Message.Election(), lost::add).join(PATIENCE);
    assertThat(lost).hasSize(1);

    other.createContext("/election", exchange -> hang());
    peers.send(OTHER, new Message.Election(), lost::add).join(PATIENCE);
    assertThat(lost).hasSize(2);
  }

  @Test
  void aCheckTellsWhetherThePeerLeadsOrIsSilent() {
    other.createContext(
        "/alive",
        exchange -> {
          byte[] body = "{\"id\":2,\"leader\":true}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    peers.check(OTHER, results::add);
    await().atMost(PATIENCE).until(() -> results.contains(new Input.Answered(OTHER, true)));

    other.removeContext("/alive");
    other.createContext("/alive", exchange -> hang());
    peers.check(OTHER, results::add);
    await().atMost(PATIENCE).until(() -> results.contains(new Input.Silent(OTHER)));
  }

  @Test
  void aPeerWhoseHostSaysThatNobodyListensIsGone() {
    other.stop(0);

    peers.check(OTHER, results::add);

    await().atMost(PATIENCE).until(() -> results.contains(new Input.Gone(OTHER)));
  }

  @Test
  void aPeerThatIsNotInTheConfigurationIsAsSilentAsOneThatDoesNotAnswer() {
    MonitorId stranger = new MonitorId(9);

    peers.check(stranger, results::add);

    await().atMost(PATIENCE).until(() -> results.contains(new Input.Silent(stranger)));
  }

  @Test
  void theEndOfAHeldConnectionIsSeenAndThatOfOneThatWasLetGoIsNot() {
    CountDownLatch held = new CountDownLatch(1);
    other.createContext(
        "/election/held",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream line = exchange.getResponseBody()) {
            line.write('\n');
            line.flush();
            held.countDown();
            hang();
          }
        });
    HeldLine line = new HeldLine(peers, broken::add);
    line.hold(OTHER);
    await().atMost(PATIENCE).until(() -> held.getCount() == 0);
    assertThat(broken).isEmpty();

    release.countDown();
    await().atMost(PATIENCE).until(() -> broken.contains(OTHER));

    line.hold(OTHER);
    line.letGo();
    line.hold(OTHER);
    await().atMost(PATIENCE).until(() -> broken.size() >= 2);
    assertThat(broken).containsOnly(OTHER);
  }

  private void hang() {
    try {
      release.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
