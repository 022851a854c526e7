package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator {@code wrk}, which runs until it is stopped. */
final class Wrk implements AutoCloseable {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final int SECONDS_MAX = 600;

  private final Process process;

  private Wrk(Process process) {
    this.process = process;
  }

  /** Whether it is installed. */
  static boolean installed() {
    try {
      Process asked =
          new ProcessBuilder("wrk", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      asked.onExit().join();
      return true;
    } catch (IOException missing) {
      return false;
    }
  }

  /**
   * Starts it with one thread.
   *
   * @param fresh whether each request has a connection of its own
   */
  static Wrk start(URI target, int connections, boolean fresh) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                "wrk", "-t1", "-c" + connections, "-d" + SECONDS_MAX + "s", "--timeout", "10s"));
    if (fresh) {
      line.addAll(List.of("-H", "Connection: close"));
    }
    line.add(target.toString());
    return new Wrk(new ProcessBuilder(line).redirectErrorStream(true).start());
  }

  /**
   * What came of it.
   *
   * @param requests how many were answered
   * @param errors what it says of broken connections, timeouts and bad statuses; none: nothing
   */
  record Result(long requests, List<String> errors) {}

  /** Stops it. */
  Result stop() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    Matcher requests = REQUESTS.matcher(printed);
    if (!requests.find()) {
      throw new AssertionError("wrk printed no number of requests: " + printed);
    }
    List<String> errors =
        printed
            .lines()
            .filter(line -> line.contains("Socket errors") || line.contains("Non-2xx"))
            .toList();
    return new Result(Long.parseLong(requests.group(1)), errors);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
