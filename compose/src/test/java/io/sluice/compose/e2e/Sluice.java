package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.compose.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The command line as a process of its own, the way a user runs it. */
final class Sluice implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final Thread outReader;
  private final Thread errReader;

  private Sluice(Process process) {
    this.process = process;
    this.outReader = Thread.ofVirtual().start(() -> drain(process.inputReader(UTF_8), out));
    this.errReader = Thread.ofVirtual().start(() -> drain(process.errorReader(UTF_8), err));
  }

  /** Starts a command. */
  static Sluice start(String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    line.addAll(List.of(arguments));
    return new Sluice(new ProcessBuilder(line).start());
  }

  /** Runs a command to its end. */
  static Sluice run(String... arguments) throws IOException, InterruptedException {
    Sluice sluice = start(arguments);
    sluice.awaitExit();
    return sluice;
  }

  /** Waits for the end, and gives the exit code. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + out + err);
    }
    outReader.join();
    errReader.join();
    return process.exitValue();
  }

  /** Waits for a line that starts so; fails with all that was said if the process ends before. */
  void awaitLine(String start) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .untilAsserted(() -> {
          boolean runs = running();
          if (out.stream().noneMatch(line -> line.startsWith(start))) {
            AssertionError missing = new AssertionError("no \"" + start + "\": " + out + err);
            throw runs ? missing : new IllegalStateException("ended too early", missing);
          }
        });
  }

  /** Sends what a Ctrl-C sends. */
  void interrupt() throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill -INT ended with " + code);
    }
  }

  boolean running() {
    return process.isAlive();
  }

  List<String> out() {
    return out;
  }

  List<String> err() {
    return err;
  }

  private static void drain(BufferedReader reader, List<String> lines) {
    reader.lines().forEach(lines::add);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
