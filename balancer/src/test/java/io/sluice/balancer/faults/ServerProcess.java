package io.sluice.balancer.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** A {@link FaultyServer} that runs, seen from the test. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final URI address;

  private ServerProcess(Process process) throws IOException {
    this.process = process;
    this.output = process.inputReader(US_ASCII);
    this.address = URI.create("http://127.0.0.1:" + Integer.parseInt(output.readLine()));
  }

  static ServerProcess start() throws IOException {
    return new ServerProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx32m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classes().toString(),
                    FaultyServer.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  private static Path classes() {
    try {
      return Path.of(
          FaultyServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException odd) {
      throw new IllegalStateException("classes of the tests at an odd place", odd);
    }
  }

  URI address() {
    return address;
  }

  /** Makes it misbehave from the next request on; returns when it does. */
  void become(Fault fault) throws IOException {
    process.outputWriter(US_ASCII).append(fault.name()).append('\n').flush();
    String followed = output.readLine();
    if (!fault.name().equals(followed)) {
      throw new IOException("server said %s: expected %s".formatted(followed, fault));
    }
  }

  /** Ends it with SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops it with SIGSTOP: its connections stay, and nothing comes from them. */
  void stop() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on after {@link #stop}. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    if (code != 0) {
      throw new IOException("signal %s: kill ended with %d".formatted(name, code));
    }
  }

  /** SIGKILL, which ends a stopped process too. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      output.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
