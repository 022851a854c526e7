package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.provisioner.history.HistoryConfig;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real database of time series, which takes what InfluxDB 2 takes; from Debian's package. */
final class VictoriaMetrics implements AutoCloseable {
  private final Path data;
  private final int port;
  private Process process;

  /** Starts one over the directory; skips the test loudly where the program is not installed. */
  VictoriaMetrics(Path data, int port) throws IOException {
    this.data = data;
    this.port = port;
    this.process = start();
  }

  /** Skips the test where the program is missing; where a skip is a failure, fails it. */
  static void require(String test) {
    boolean there =
        List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "victoria-metrics")));
    if (!there) {
      String sentence = test + " needs the program victoria-metrics, which is not on the path";
      if ("true".equals(System.getenv("CI"))) {
        fail(sentence);
      }
      System.out.println("SKIPPED: " + sentence + "; the history of metrics is NOT tested");
      assumeTrue(false, sentence);
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            "victoria-metrics",
            "-storageDataPath=" + data,
            "-httpListenAddr=127.0.0.1:" + port,
            // What was written can be read at once.
            "-search.latencyOffset=0s")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  HistoryConfig config() {
    return new HistoryConfig(
        URI.create("http://127.0.0.1:" + port),
        HistoryConfig.Kind.VICTORIAMETRICS,
        "sluice",
        "metrics",
        "");
  }

  /** Ends it in order, so that it keeps what it took. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("victoria-metrics does not end");
    }
  }

  void restart() throws IOException {
    process = start();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
