package io.sluice.gate;

import static io.sluice.gate.TestClient.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gate.rule.Bodies;
import io.sluice.gate.rule.Tars;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate on sockets: what reaches the engine, and what clients and engines can't do to it. */
class GateIT {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final GateLimits TIGHT = new GateLimits(8, 6, 64 * 1024, 4, SHORT, SHORT, SHORT);
  private static final String PING = "GET /_ping";

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T keep(T one) {
    opened.add(one);
    return one;
  }

  private FakeEngine engine(Function<String, String> answers) throws IOException {
    return keep(FakeEngine.answering(answers));
  }

  private FakeEngine engine() throws IOException {
    return engine(request ->
        request.startsWith("GET /containers/") ? FakeEngine.OURS : FakeEngine.answer("done"));
  }

  private static GateConfig config(FakeEngine engine) {
    return new GateConfig("127.0.0.1", 0, engine.socket(), Bodies.RULES);
  }

  private Gate gate(FakeEngine engine, GateLimits limits) throws IOException {
    return keep(Gate.open(config(engine), limits));
  }

  private TestClient client(Gate gate) throws IOException {
    return keep(TestClient.of(gate.address()));
  }

  private String ask(Gate gate, String request) throws IOException {
    try (TestClient client = TestClient.of(gate.address())) {
      return client.send(request).answer();
    }
  }

  private void awaitPing(Gate gate) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(ask(gate, head(PING))).endsWith("done"));
  }

  @Test
  void theEngineIsSentOurWritingAndNoneOfTheClients() throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);
    String head =
        "POST /v1.41/containers/create?name=%s HTTP/1.1\r\nHost: x\r\nX-Registry-Auth: abc\r\n"
            .formatted(Bodies.NAME);

    String answer =
        ask(
            gate,
            head
                + "X-Own: y\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(Bodies.FLEET.length(), Bodies.FLEET));

    assertThat(answer).endsWith("done");
    assertThat(engine.heard()).hasSize(1);
    assertThat(engine.heard().getFirst())
        .startsWith(
            "POST /containers/create?name=blue-zone1-1 HTTP/1.1\r\nHost: engine\r\n"
                + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: ")
        .doesNotContain("null", "X-Own", "text/plain", "Registry");
  }

  @Test
  void filesOfSecretsReachAContainerThatWasMadeForThemInOurOwnWriting() throws IOException {
    String volume =
        "{\"Type\":\"volume\",\"Name\":\"%s\",\"Destination\":\"/run/secrets\"}"
            .formatted("ab".repeat(32));
    String made =
        FakeEngine.answer(
            ("{\"Id\":\"0123456789abcdef\",\"State\":{\"Status\":\"created\"},\"Mounts\":[%s],"
                    + "\"Config\":{\"User\":\"1000:33\",\"Labels\":{\"sluice.cluster\":\"blue\"}}}")
                .formatted(volume));
    FakeEngine engine =
        engine(request -> request.startsWith("GET ") ? made : FakeEngine.answer("done"));
    Gate gate = gate(engine, GateLimits.DEFAULT);
    String line = "PUT /containers/blue-zone1-1/archive?path=%2Frun%2Fsecrets";
    String tar = new String(Tars.usual(), ISO_8859_1);

    assertThat(ask(gate, head(line, tar))).endsWith("done");

    assertThat(engine.heard().getLast())
        .startsWith(
            String.join(
                "\r\n",
                "PUT /containers/0123456789abcdef/archive?path=%2Frun%2Fsecrets HTTP/1.1",
                "Host: engine",
                "Connection: close",
                "Content-Type: application/x-tar",
                "Content-Length: 2048",
                "",
                "password\0"))
        .contains("hunter2");
    assertThat(ask(gate, head(line, "x".repeat(Head.FILES_BYTES_MAX + 1))))
        .startsWith("HTTP/1.1 413 ")
        .contains("expected at most 1048576 bytes");
    assertThat(ask(gate, head(line, tar.replace("password\0", "pass/ord\0"))))
        .startsWith("HTTP/1.1 403 ")
        .doesNotContain("hunter2");
    assertThat(engine.heard()).hasSize(2);
  }

  @Test
  void filesOfSecretsDoNotReachAContainerThatRuns() throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);

    assertThat(
            ask(
                gate,
                head(
                    "PUT /containers/a/archive?path=/run/secrets",
                    new String(Tars.usual(), ISO_8859_1))))
        .startsWith("HTTP/1.1 403 ")
        .contains("expected one that was never started");
    assertThat(engine.heard()).hasSize(1);
  }

  @Test
  void credentialsGoToTheEngineWithAFetchAlone() throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);
    String auth = " HTTP/1.1\r\nHost: x\r\nX-Registry-Auth: YWJj\r\n\r\n";

    ask(gate, "POST /images/create?fromImage=web&tag=3" + auth);
    ask(gate, "POST /containers/a/start" + auth);

    assertThat(engine.heard().getFirst())
        .isEqualTo(
            String.join(
                "\r\n",
                "POST /images/create?fromImage=web&tag=3 HTTP/1.1",
                "Host: engine",
                "Connection: close",
                "X-Registry-Auth: YWJj",
                "Content-Length: 0",
                "",
                ""));
    assertThat(engine.heard().getLast())
        .isEqualTo(
            String.join(
                "\r\n",
                "POST /containers/0123456789abcdef/start HTTP/1.1",
                "Host: engine",
                "Connection: close",
                "Content-Length: 0",
                "",
                ""));
  }

  /** Before API 1.24 the body of a start said what its container gets of the host. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1.23/containers/a/start",
        "POST /containers/a/stop?t=1",
        "POST /containers/a/unpause",
        "DELETE /containers/a",
        "GET /containers/a/json",
        "GET /_ping",
        "POST /images/create?fromImage=web&tag=3"
      })
  void aBodyWhereNoneIsNeededIsRefused(String line) throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);

    assertThat(ask(gate, head(line, "{\"Privileged\": true}")))
        .startsWith("HTTP/1.1 403 ")
        .contains("body of 20 bytes: expected none");
    assertThat(ask(gate, head(line, "{}").replace("Length: 2", "Length: 200000")))
        .startsWith("HTTP/1.1 403 ");
    assertThat(engine.heard()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /containers/x/exec",
        "GET /info",
        "GET //_ping",
        "POST /containers/create?name=other",
        "POST /containers/create?name=blue-zone1-1&platform=x"
      })
  void whatIsRefusedIsNotHeard(String line) throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);

    assertThat(ask(gate, head(line, Bodies.FLEET)))
        .startsWith("HTTP/1.1 403 ")
        .contains("{\"message\":\"not let through: ", "expected ");
    assertThat(engine.heard()).isEmpty();
  }

  @Test
  void somebodyElsesContainerIsLeftAlone() throws IOException {
    FakeEngine engine = engine(request -> FakeEngine.OURS.replace("blue", "gree"));
    Gate gate = gate(engine, GateLimits.DEFAULT);

    assertThat(ask(gate, head("POST /containers/other/stop")))
        .startsWith("HTTP/1.1 403 ")
        .contains("container other is not ours");
    assertThat(engine.heard())
        .containsExactly("GET /containers/other/json HTTP/1.0\r\nHost: engine\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 500 Broken\r\n\r\n{}", "HTTP/1.1 200 OK\r\n\r\n{", "nonsense"})
  void anEngineThatTalksNonsenseOwnsNothing(String answer) throws IOException {
    FakeEngine engine = engine(request -> answer);
    Gate gate = gate(engine, GateLimits.DEFAULT);

    assertThat(ask(gate, head("POST /containers/a/stop"))).startsWith("HTTP/1.1 502 ");
    assertThat(engine.heard()).hasSize(1);
  }

  @Test
  void anEngineThatIsNotThereIsSaidToBe() throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);
    engine.close();

    for (String line : List.of(PING, "POST /containers/a/stop")) {
      assertThat(ask(gate, head(line)))
          .startsWith("HTTP/1.1 502 ")
          .contains("the engine at", "can't be reached");
    }
  }

  /** Each byte renews nothing. */
  @Test
  void aSlowSenderIsCutOffWhateverItsPace() throws Exception {
    Gate gate = gate(engine(), TIGHT);
    for (String begin :
        List.of("GET /_pi", head("POST /containers/create?name=blue-1", "{}") + "")) {
      TestClient slow = client(gate);
      slow.send(begin.replace("Length: 2", "Length: 20000"));
      var drip =
          CompletableFuture.runAsync(() -> {
            try {
              for (int i = 0; i < 200; i++) {
                TimeUnit.MILLISECONDS.sleep(50);
                slow.send(" ");
              }
            } catch (IOException | InterruptedException cutOff) {
              // That is what is waited for.
            }
          });

      assertThat(slow.answer())
          .startsWith("HTTP/1.1 408 ")
          .contains("expected all of it within 500 ms");
      drip.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void whoSendsNothingIsCutOff() throws IOException {
    Gate gate = gate(engine(), TIGHT);

    assertThat(client(gate).answer()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void whatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);
    String line = "POST /containers/create?name=" + Bodies.NAME;

    assertThat(ask(gate, head(line, " ".repeat(Head.BODY_BYTES_MAX + 1))))
        .startsWith("HTTP/1.1 413 ")
        .contains("expected at most 262144 bytes");
    assertThat(engine.heard()).isEmpty();
  }

  @Test
  void requestsTakeNoMoreRoomThanThereIs() throws IOException {
    Gate gate = gate(engine(), new GateLimits(100, 100, 64 * 1024, 100, PATIENCE, SHORT, SHORT));
    String begin =
        head("POST /containers/create?name=" + Bodies.NAME, "{}")
            .replace("Length: 2", "Length: 60000");
    TestClient first = client(gate).send(begin + " ".repeat(50_000));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(ask(gate, begin + " ".repeat(50_000)))
                .startsWith("HTTP/1.1 503 ")
                .contains("expected to be tried again"));

    assertThat(ask(gate, head(PING))).endsWith("done");
    first.send(" ".repeat(10_000));
    assertThat(first.answer()).startsWith("HTTP/1.1 403 ");
    assertThat(ask(gate, begin + " ".repeat(60_000))).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void oneClientLeavesRoomForOthersAndHearsThatItHasTakenItsOwn() throws IOException {
    Gate gate =
        gate(engine(request -> ""), new GateLimits(8, 6, 1024, 4, PATIENCE, PATIENCE, SHORT));
    for (int i = 0; i < 6; i++) {
      client(gate).send(head(PING));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(ask(gate, head(PING)))
                .startsWith("HTTP/1.1 503 ")
                .contains("too many connections"));

    try (Socket other = new Socket()) {
      other.bind(new InetSocketAddress("127.0.0.2", 0));
      other.connect(gate.address());
      other.setSoTimeout((int) SHORT.toMillis());
      other.getOutputStream().write(head("GET /info").getBytes(US_ASCII));
      assertThat(new String(other.getInputStream().readNBytes(12), US_ASCII))
          .isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  void anEngineThatHangsWhileItIsAskedWhoseAContainerIsIsNotWaitedFor() throws IOException {
    FakeEngine engine = engine(request -> "");
    Gate gate = gate(engine, TIGHT);

    assertThat(ask(gate, head("POST /containers/a/stop")))
        .startsWith("HTTP/1.1 504 ")
        .contains("expected an answer within 500 ms");
    await().atMost(PATIENCE).until(() -> engine.open() == 0);
  }

  @Test
  void whenAClientGoesTheEngineIsNotKeptWaiting() throws IOException {
    FakeEngine engine = engine(request -> "");
    Gate gate = gate(engine, GateLimits.DEFAULT);
    for (String line : List.of(PING, "POST /containers/a/stop")) {
      TestClient client = client(gate).send(head(line));
      await().atMost(PATIENCE).until(() -> engine.open() == 1);

      client.close();

      await().atMost(PATIENCE).until(() -> engine.open() == 0);
    }
  }

  @Test
  void whoDoesNotReadItsAnswerIsCutOff() throws IOException {
    FakeEngine engine = engine(request -> FakeEngine.answer("x".repeat(32 * 1024 * 1024)));
    Gate gate = gate(engine, TIGHT);
    client(gate).send(head(PING));

    await().atMost(PATIENCE).until(() -> !engine.heard().isEmpty());
    await().atMost(PATIENCE).until(() -> engine.open() == 0);
  }

  @Test
  void aSecondCallBehindAnAllowedOneIsNotHeard() throws IOException {
    FakeEngine engine = engine();
    Gate gate = gate(engine, GateLimits.DEFAULT);

    ask(gate, head(PING) + head("GET /info") + head(PING));

    assertThat(engine.heard()).hasSizeLessThanOrEqualTo(1);
    awaitPing(gate);
  }

  @Test
  void aGateThatCanNotListenAnyMoreEndsAndIsNotDeaf() throws Exception {
    for (Throwable fault : List.of(new OutOfMemoryError("planted"), new IllegalStateException())) {
      CompletableFuture<Throwable> fatal = new CompletableFuture<>();
      keep(new Gate(
              config(engine()),
              new FailingListener(fault),
              TIGHT,
              (loop, cause) -> fatal.complete(cause)))
          .start();

      assertThat(fatal.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isSameAs(fault);
    }
  }

  /** As with too many open files: it does not spin, and goes on when there is room again. */
  @Test
  void aConnectionThatCanNotBeTakenIsTriedAgainAfterAPause() throws Exception {
    CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    FailingListener listener = new FailingListener(new IOException("Too many open files"));
    Gate gate =
        keep(new Gate(config(engine()), listener, TIGHT, (loop, fault) -> fatal.complete(fault)))
            .start();

    await().atMost(PATIENCE).until(() -> listener.tries.get() >= 5);
    // 50, 100, 200 and 400 ms.
    assertThat(System.nanoTime() - listener.begin).isGreaterThan(600_000_000L);
    listener.broken = false;

    awaitPing(gate);
    assertThat(fatal).isNotDone();
  }

  /** A listener that fails as long as it is broken. */
  private static final class FailingListener extends ServerSocket {
    private final long begin = System.nanoTime();
    private final AtomicInteger tries = new AtomicInteger();
    private final Throwable fault;
    private volatile boolean broken = true;

    FailingListener(Throwable fault) throws IOException {
      super(0, 50, InetAddress.getLoopbackAddress());
      this.fault = fault;
    }

    @Override
    public Socket accept() throws IOException {
      tries.incrementAndGet();
      if (broken) {
        switch (fault) {
          case IOException failed -> throw failed;
          case Error error -> throw error;
          case RuntimeException unforeseen -> throw unforeseen;
          default -> throw new AssertionError(fault);
        }
      }
      return super.accept();
    }
  }
}
