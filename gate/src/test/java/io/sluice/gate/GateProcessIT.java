package io.sluice.gate;

import static io.sluice.gate.TestClient.head;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gate.rule.Bodies;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate as a process, short of what a process needs. */
class GateProcessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STREAM = "GET /containers/a/stats";

  @TempDir private Path directory = Path.of("");
  private final List<TestClient> clients = new ArrayList<>();
  private Optional<Process> started = Optional.empty();
  private FakeEngine engine;

  /** Streams of measurements never end; everything else is answered. */
  @BeforeEach
  void begin() throws IOException {
    engine =
        FakeEngine.answering(request ->
            request.contains("/stats")
                ? ""
                : request.startsWith("GET /containers/")
                    ? FakeEngine.OURS
                    : FakeEngine.answer("done"));
  }

  @AfterEach
  void end() throws Exception {
    for (TestClient client : clients) {
      client.close();
    }
    started.ifPresent(Process::destroyForcibly);
    engine.close();
  }

  @Test
  void withoutFilesItWaitsAndGoesOn() throws Exception {
    InetSocketAddress gate = start("ulimit -n 100", "-Xmx64m");
    assertThat(ping(gate)).endsWith("done");

    for (int i = 0; i < 150; i++) {
      clients.add(TestClient.of(gate).send(head(STREAM)));
    }
    Duration before = busy();
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
    assertThat(busy().minus(before)).isLessThan(Duration.ofSeconds(2));
    for (TestClient client : clients) {
      client.close();
    }

    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(ping(gate)).endsWith("done"));
  }

  /** As many as an engine has containers, and among them those that send without an end. */
  @Test
  void manyConnectionsDoNotTakeItsMemory() throws Exception {
    InetSocketAddress gate = start("ulimit -n 20000", "-Xmx64m");
    String large =
        head("POST /containers/create?name=" + Bodies.NAME, "{}")
            .replace("Length: 2", "Length: 262144");

    for (int i = 0; i < 800; i++) {
      clients.add(TestClient.of(gate).send(head(STREAM)));
    }
    for (int i = 0; i < 400; i++) {
      clients.add(TestClient.of(gate).send(large + " ".repeat(100_000)));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(
              ask(gate, head("POST /containers/create?name=" + Bodies.NAME, "[".repeat(200_000))))
          .matches("(?s)HTTP/1.1 (403|503) .*");
    }

    assertThat(ping(gate)).endsWith("done");
    assertThat(started.map(Process::isAlive)).contains(true);
  }

  @Test
  void aFileThatIsWrongEndsItWithEveryReason() throws Exception {
    Process process = run("true", "-Xmx64m", "port: x\nimages: Web\n");

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .contains("port: is 'x'", "images: is 'Web'", "2 wrong");
  }

  private InetSocketAddress start(String limit, String heap) throws IOException {
    Process process =
        run(
            limit,
            heap,
            "port: 0\nengine: %s\ncluster: blue\nnetworks: blue-traffic\n"
                .formatted(engine.socket()));
    BufferedReader out = process.inputReader();
    String line = String.valueOf(out.readLine());
    assertThat(line).startsWith("gate to " + engine.socket());
    int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    return new InetSocketAddress("127.0.0.1", port);
  }

  private Process run(String limit, String heap, String config) throws IOException {
    Path file = Files.writeString(directory.resolve("gate.yaml"), config);
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            "-c",
            limit + "; exec \"$0\" \"$@\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            heap,
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            GateMain.class.getName(),
            "--config",
            file.toString());
    Process process = builder.start();
    started = Optional.of(process);
    return process;
  }

  private Duration busy() {
    return started.flatMap(process -> process.info().totalCpuDuration()).orElseThrow();
  }

  private static String ping(InetSocketAddress gate) throws IOException {
    return ask(gate, head("GET /_ping"));
  }

  private static String ask(InetSocketAddress gate, String request) throws IOException {
    try (TestClient client = TestClient.of(gate)) {
      return client.send(request).answer();
    }
  }
}
