package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.bench.AuditBench;
import io.sluice.compose.bench.FoldBench;
import io.sluice.compose.bench.Row;
import io.sluice.compose.bench.ScratchBroker;
import io.sluice.compose.drill.FailoverDrill;
import io.sluice.compose.drill.Times;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    description = "Measures on this machine.",
    subcommands = {BalancerBenchCommand.class, ProvisionBenchCommand.class},
    mixinStandardHelpOptions = true)
final class BenchCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "fold",
      description = "Decides on a journal in memory, on one core.",
      mixinStandardHelpOptions = true)
  int fold(@Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws JsonProcessingException {
    Console console = Console.of(spec);
    print(new FoldBench(line -> tell(console, line)).run(), json, console);
    return ExitCode.OK;
  }

  @Command(
      name = "audit",
      description = "Audits a journal in Kafka, by default in a broker of its own.",
      mixinStandardHelpOptions = true)
  int audit(
      @Option(
              names = "--bootstrap",
              paramLabel = "HOST:PORT",
              description =
                  "A Kafka that has no history; it is left with the one of this benchmark.")
          @Nullable String bootstrap,
      @Mixin KafkaOptions kafka,
      @Option(
              names = "--records",
              paramLabel = "N",
              defaultValue = "500000",
              description = "How many facts; default: ${DEFAULT-VALUE}.")
          long records,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws IOException, InterruptedException {
    if (records < 1) {
      throw new ParameterException(
          line(spec), "--records: is %d, expected 1 or more".formatted(records));
    }
    if (bootstrap != null) {
      audit(kafka.at(bootstrap), records, json);
      return ExitCode.OK;
    }
    if (kafka.given()) {
      throw new ParameterException(line(spec), "--kafka-config: expected --bootstrap beside it");
    }
    try (ScratchBroker broker = ScratchBroker.start()) {
      audit(KafkaAccess.at(broker.bootstrap()), records, json);
    }
    return ExitCode.OK;
  }

  private void audit(KafkaAccess kafka, long records, boolean json)
      throws IOException, InterruptedException {
    Console console = Console.of(spec);
    print(new AuditBench(kafka, records, line -> tell(console, line)).run(), json, console);
  }

  @Command(
      name = "failover",
      description =
          "Kills and stops monitors of a cluster of its own, and measures how long nobody "
              + "leads, and how long zones are without decisions.",
      mixinStandardHelpOptions = true)
  int failover(
      @Option(
              names = "--runs",
              paramLabel = "N",
              defaultValue = "5",
              description = "How often each is measured; default: ${DEFAULT-VALUE}.")
          int runs,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws IOException {
    Console console = Console.of(spec);
    if (runs < 1) {
      throw new ParameterException(line(spec), "--runs: is %d, expected 1 or more".formatted(runs));
    }
    FailoverDrill.Report report = FailoverDrill.inScratch(runs, line -> tell(console, line));
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(report));
    } else {
      print("leader killed, next leader's first fact", report.leaderCrash(), console);
      print("leader stopped, next leader's first fact", report.leaderHang(), console);
      print("monitor killed, its zones' next command", report.monitorCrashDecision(), console);
    }
    console.out().flush();
    return ExitCode.OK;
  }

  private static void print(String what, Times times, Console console) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%-42s median %,6d ms, longest %,6d ms, %d runs%n",
            what,
            times.p50Millis(),
            times.maxMillis(),
            times.runs());
  }

  private static CommandLine line(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("a command runs only by the command line");
    }
    return spec.commandLine();
  }

  private static void tell(Console console, String line) {
    console.err().println(line + " ...");
    console.err().flush();
  }

  private static void print(List<Row> rows, boolean json, Console console)
      throws JsonProcessingException {
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(new Rows(rows)));
    } else {
      rows.forEach(row ->
          console
              .out()
              .printf(
                  Locale.ROOT,
                  "%-45s %,12.0f records/s%n",
                  row.scenario(),
                  row.recordsPerSecond()));
    }
    console.out().flush();
  }

  /** The rows as one object. */
  private record Rows(List<Row> rows) {}
}
