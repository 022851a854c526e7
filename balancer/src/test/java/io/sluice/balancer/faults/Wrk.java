package io.sluice.balancer.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run of the load generator {@code wrk}: users who ask one thing after another, until the test
 * has seen enough.
 */
final class Wrk implements AutoCloseable {
  /** How many users there are. */
  static final int USERS = 32;

  /** It ends after this time whatever happens to the test. */
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern SLOWEST =
      Pattern.compile("Latency\\s+\\S+\\s+\\S+\\s+([0-9.]+)(us|ms|s|m)");
  private static final Pattern SOCKETS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern STATUSES = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  /**
   * What became of the requests.
   *
   * @param answered how many got an answer, whichever
   * @param broken connections that broke or were refused, and answers that took above 25 s
   * @param errors answers with a status other than 2xx and 3xx
   * @param slowest the time that the slowest answer took
   */
  record Outcome(long answered, long broken, long errors, Duration slowest) {}

  private final Process process;

  private Wrk(Process process) {
    this.process = process;
  }

  /** Skips the test if wrk is not there, with a loud line; fails it in CI. */
  static void require() {
    try {
      new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start().waitFor();
    } catch (IOException missing) {
      String text = "wrk is missing: failures under load are NOT tested";
      if ("true".equals(System.getenv("CI"))) {
        fail(text);
      }
      System.out.println("SKIPPED: " + text);
      assumeTrue(false, text);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      fail("interrupted while looking for wrk");
    }
  }

  static Wrk start(InetSocketAddress target) throws IOException {
    return new Wrk(
        new ProcessBuilder(
                List.of(
                    "wrk",
                    "-t1",
                    "-c" + USERS,
                    "-d" + LONGEST.toSeconds() + "s",
                    "--timeout",
                    "25s",
                    "http://127.0.0.1:" + target.getPort() + "/"))
            .redirectErrorStream(true)
            .start());
  }

  /** Ends it, and reads what it has seen. */
  Outcome outcome() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("wrk ended with %d: %s".formatted(code, printed));
    }
    return parse(printed);
  }

  private static Outcome parse(String printed) {
    long broken = 0;
    Matcher sockets = SOCKETS.matcher(printed);
    if (sockets.find()) {
      for (int i = 1; i <= 4; i++) {
        broken += Long.parseLong(sockets.group(i));
      }
    }
    Matcher statuses = STATUSES.matcher(printed);
    long errors = statuses.find() ? Long.parseLong(statuses.group(1)) : 0;
    Matcher slowest = found(SLOWEST, printed);
    double value = Double.parseDouble(slowest.group(1));
    double micros =
        switch (slowest.group(2)) {
          case "us" -> value;
          case "ms" -> value * 1e3;
          case "s" -> value * 1e6;
          default -> value * 60e6;
        };
    return new Outcome(
        Long.parseLong(found(REQUESTS, printed).group(1)),
        broken,
        errors,
        Duration.ofNanos((long) (micros * 1e3)));
  }

  private static Matcher found(Pattern pattern, String printed) {
    Matcher matcher = pattern.matcher(printed);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "wrk printed nothing like %s: %s".formatted(pattern, printed));
    }
    return matcher;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
