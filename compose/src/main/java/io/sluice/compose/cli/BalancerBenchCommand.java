package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.bench.balancer.BalancerBench;
import io.sluice.compose.bench.balancer.BalancerBenchException;
import io.sluice.compose.bench.balancer.BalancerRow;
import io.sluice.compose.bench.balancer.Profile;
import io.sluice.compose.bench.balancer.Scenario;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the balancer beside others. */
@Command(
    name = "balancer",
    description =
        "Sends the same load through our balancer and others by turns, each with one "
            + "thread, and compares what a request costs. Needs wrk and nginx, and the peers "
            + "that are named.",
    mixinStandardHelpOptions = true)
final class BalancerBenchCommand implements Callable<Integer> {
  private static final List<String> PEERS = List.of("haproxy", "nginx");
  private static final List<String> ALL_PEERS =
      List.of("haproxy", "nginx", "sluice-io-uring", "sluice-channels", "sluice-other");

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "PEER",
      description =
          "haproxy, nginx, sluice-io-uring, sluice-channels, sluice-other, separated by commas, "
              + "or none; default: haproxy,nginx.")
  private List<String> against = PEERS;

  @Option(
      names = "--other-options",
      paramLabel = "OPTIONS",
      description =
          "Further options of the JVM for sluice-other, separated by blanks; with -cp, "
              + "another build.")
  private String otherOptions = "";

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description =
          "keepalive-64, keepalive-1024, keepalive-10000, large-64, fresh-64, tls-64; default: all.")
  private List<String> scenarios = Scenario.ALL.stream().map(Scenario::name).toList();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each that count; default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Length of one run; default: ${DEFAULT-VALUE}.")
  private int seconds = 5;

  @Option(
      names = "--profile",
      description = {
        "Prints of ours, from the JDK's flight recorder:",
        "where the time goes, and where memory is allocated."
      })
  private boolean profile;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    BalancerBench.Plan plan = plan();
    BalancerBench bench =
        new BalancerBench(
            plan,
            line -> {
              console.err().println(line + " ...");
              console.err().flush();
            });
    try {
      print(bench.run(freePorts(8 + against.size())), console);
    } catch (BalancerBenchException failed) {
      console.err().println(failed.getMessage());
      console.err().flush();
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }

  private BalancerBench.Plan plan() {
    List<String> peers = against.equals(List.of("none")) ? List.of() : against;
    for (String peer : peers) {
      require(ALL_PEERS.contains(peer), "--against: is '%s', expected one of %s", peer, ALL_PEERS);
    }
    List<Scenario> chosen = new ArrayList<>();
    List<String> names = Scenario.ALL.stream().map(Scenario::name).toList();
    for (String name : scenarios) {
      require(names.contains(name), "--scenario: is '%s', expected one of %s", name, names);
      Scenario.ALL.stream().filter(one -> one.name().equals(name)).forEach(chosen::add);
    }
    require(rounds >= 1, "--rounds: is %s, expected %s", rounds, "1 or more");
    require(seconds >= 1, "--seconds: is %s, expected %s", seconds, "1 or more");
    List<String> options =
        otherOptions.isBlank() ? List.of() : List.of(otherOptions.trim().split(" +", -1));
    return new BalancerBench.Plan(
        peers, options, chosen, rounds, Duration.ofSeconds(seconds), profile);
  }

  private void require(boolean holds, String sentence, Object value, Object expected) {
    if (!holds && spec != null) {
      throw new ParameterException(spec.commandLine(), sentence.formatted(value, expected));
    }
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }

  private void print(BalancerBench.Report report, Console console) throws JsonProcessingException {
    if (json) {
      Object all = profile ? report : new Rows(report.rows());
      console.out().println(Json.mapper().writeValueAsString(all));
      console.out().flush();
      return;
    }
    console
        .out()
        .printf(
            "%-16s %-16s %7s %7s %7s %7s %10s %8s %8s %7s %6s %6s %6s %7s  %s%n",
            "scenario",
            "subject",
            "cpu µs",
            "user",
            "system",
            "loop",
            "req/s",
            "p50 ms",
            "p99 ms",
            "MiB",
            "errors",
            "conns",
            "calls",
            "bytes",
            "ratio");
    report.rows().forEach(row -> console.out().println(line(row)));
    report.profiles().forEach(one -> print(one, console));
    console.out().flush();
  }

  private static void print(Profile profile, Console console) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%n%s: %d samples, about %.1f bytes allocated per request%n",
            profile.scenario(),
            profile.samples(),
            profile.bytesPerRequest());
    print("time", profile.methods(), console);
    print("memory", profile.allocations(), console);
  }

  private static void print(String what, List<Profile.Share> shares, Console console) {
    for (Profile.Share share : shares) {
      console
          .out()
          .printf(Locale.ROOT, "  %-7s %5.1f %%  %s%n", what, 100 * share.share(), share.method());
    }
  }

  private static String line(BalancerRow row) {
    String ratios =
        row.ratio().entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %.2f", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%-16s %-16s %7.1f %7.1f %7.1f %7.1f %,10.0f %8.2f %8.2f %7.1f %6d %6s %6s %7s  %s",
        row.scenario(),
        row.subject(),
        row.cost().cpuMicros(),
        row.cost().userMicros(),
        row.cost().systemMicros(),
        row.cost().loopMicros(),
        row.speed().requestsPerSecond(),
        row.speed().p50Millis(),
        row.speed().p99Millis(),
        row.rssMiB(),
        row.errors(),
        counted(row, BalancerRow.CONNECTIONS, "%.3f"),
        counted(row, BalancerRow.SYSTEM_CALLS, "%.2f"),
        counted(row, BalancerRow.BYTES_ALLOCATED, "%.1f"),
        ratios);
  }

  /** What was counted per request; a dash if it could not be. */
  private static String counted(BalancerRow row, String what, String form) {
    Double value = row.perRequest().get(what);
    return value == null ? "-" : String.format(Locale.ROOT, form, value);
  }

  /** The rows as one object. */
  private record Rows(List<BalancerRow> rows) {}
}
