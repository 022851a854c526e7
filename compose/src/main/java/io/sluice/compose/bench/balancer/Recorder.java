package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The flight recorder of another JVM, driven by {@code jcmd}. */
final class Recorder {
  private static final String NAME = "name=bench";

  private final long pid;

  private Recorder(long pid) {
    this.pid = pid;
  }

  /** Starts to record. */
  static Recorder start(long pid) {
    Recorder recorder = new Recorder(pid);
    recorder.order("JFR.start", NAME, "settings=profile");
    return recorder;
  }

  /** Ends, and leaves what was recorded in this file. */
  void end(Path file) {
    order("JFR.stop", NAME, "filename=" + file);
  }

  private void order(String... words) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(pid));
    line.addAll(List.of(words));
    try {
      Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
      String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (jcmd.waitFor() != 0) {
        throw new BalancerBenchException("jcmd said %s".formatted(said));
      }
    } catch (IOException missing) {
      throw new BalancerBenchException("jcmd can't be run, expected a JDK", missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BalancerBenchException("interrupted while recording", interrupted);
    }
  }
}
