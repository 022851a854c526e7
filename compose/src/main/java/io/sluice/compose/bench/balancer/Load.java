package io.sluice.compose.bench.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of the load generator {@code wrk}, read from what it printed.
 *
 * @param requests how many were answered
 * @param requestsPerSecond how many a second
 * @param p50Millis median latency
 * @param p99Millis latency of the slowest hundredth
 * @param errors broken connections, timeouts and statuses other than 2xx and 3xx
 * @param troubles the same in the words of {@code wrk}; empty: there were none
 */
record Load(
    long requests,
    double requestsPerSecond,
    double p50Millis,
    double p99Millis,
    long errors,
    String troubles) {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern P50 = Pattern.compile("50%\\s+([0-9.]+)(us|ms|s|m)");
  private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s|m)");
  private static final Pattern SOCKET =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  /** Runs it against a port of this machine. */
  static Load run(Scenario scenario, int port, Duration time, Path script) {
    return run(line(scenario, port, time, script));
  }

  /** The command line that runs it. */
  static List<String> line(Scenario scenario, int port, Duration time, Path script) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "wrk",
                "-t1",
                "-c" + scenario.connections(),
                "-d" + time.toSeconds() + "s",
                "--latency",
                "--timeout",
                "10s"));
    if (scenario.fresh()) {
      line.addAll(List.of("-H", "Connection: close"));
    }
    if (scenario.large()) {
      line.addAll(List.of("-s", script.toString()));
    }
    line.add(scenario.url(port));
    return line;
  }

  /** Runs a command line that ends in one of {@code wrk}. */
  static Load run(List<String> line) {
    try {
      Process wrk = new ProcessBuilder(line).redirectErrorStream(true).start();
      String printed = new String(wrk.getInputStream().readAllBytes(), UTF_8);
      int code = wrk.waitFor();
      if (code != 0) {
        throw new BalancerBenchException("wrk ended with %d: %s".formatted(code, printed));
      }
      return parse(printed);
    } catch (IOException missing) {
      throw new BalancerBenchException("wrk can't be run, expected Debian's package wrk", missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BalancerBenchException("interrupted under load", interrupted);
    }
  }

  static Load parse(String printed) {
    long errors = 0;
    StringJoiner troubles = new StringJoiner("; ");
    Matcher socket = SOCKET.matcher(printed);
    if (socket.find()) {
      troubles.add(socket.group());
      for (int i = 1; i <= 4; i++) {
        errors += Long.parseLong(socket.group(i));
      }
    }
    Matcher status = STATUS.matcher(printed);
    if (status.find()) {
      troubles.add(status.group());
      errors += Long.parseLong(status.group(1));
    }
    return new Load(
        (long) number(REQUESTS, printed),
        number(RATE, printed),
        millis(P50, printed),
        millis(P99, printed),
        errors,
        troubles.toString());
  }

  private static double number(Pattern pattern, String printed) {
    return Double.parseDouble(found(pattern, printed).group(1));
  }

  private static double millis(Pattern pattern, String printed) {
    Matcher found = found(pattern, printed);
    double value = Double.parseDouble(found.group(1));
    return switch (found.group(2)) {
      case "us" -> value / 1000;
      case "ms" -> value;
      case "s" -> value * 1000;
      default -> value * 60_000;
    };
  }

  private static Matcher found(Pattern pattern, String printed) {
    Matcher matcher = pattern.matcher(printed);
    if (!matcher.find()) {
      throw new BalancerBenchException(
          "wrk printed nothing like %s: %s".formatted(pattern, printed));
    }
    return matcher;
  }
}
