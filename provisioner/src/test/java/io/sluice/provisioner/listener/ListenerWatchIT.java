package io.sluice.provisioner.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.sluice.schemas.supervision.Halt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ListenerWatchIT {
  /** Some more than those that a JVM has open by itself, with the jars of its class path. */
  private static final int FILES = 400;

  @Test
  void aProcessThatCannotAcceptAnybodyAnyMoreEnds() throws Exception {
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -n %d; exec \"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" %s"
                    .formatted(FILES, Crowded.class.getName()),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"))
            .redirectError(Path.of("target", "crowded.log").toFile())
            .start();
    List<Socket> idle = new ArrayList<>();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
      int port = Integer.parseInt(said.readLine());
      for (int i = 0; i < FILES && process.isAlive(); i++) {
        connect(port, idle);
      }

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(Halt.EXIT_CODE);
    } finally {
      process.destroyForcibly();
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private static void connect(int port, List<Socket> idle) {
    try {
      idle.add(new Socket("127.0.0.1", port));
    } catch (IOException ended) {
      assertThat(ended).hasMessageContaining("refused");
    }
  }

  @Test
  void oneThatIsClosedEndsInOrder() throws Exception {
    WebServer server =
        WebServer.builder()
            .update(ListenerWatch::bound)
            .host("127.0.0.1")
            .port(0)
            .featuresDiscoverServices(false)
            .build()
            .start();
    ListenerWatch watch = new ListenerWatch("127.0.0.1", server.port());

    watch.closes();
    server.stop();

    watch.watch(() -> {});
  }
}
