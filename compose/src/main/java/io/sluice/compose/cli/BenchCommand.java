package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.bench.AuditBench;
import io.sluice.compose.bench.FoldBench;
import io.sluice.compose.bench.HistoryBench;
import io.sluice.compose.bench.Latency;
import io.sluice.compose.bench.LoopBench;
import io.sluice.compose.bench.ObserveBench;
import io.sluice.compose.bench.Row;
import io.sluice.compose.bench.ScratchBroker;
import io.sluice.compose.drill.FailoverDrill;
import io.sluice.compose.drill.Times;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    subcommands = {
      BalancerBenchCommand.class,
      DeployBenchCommand.class,
      ProvisionBenchCommand.class
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Runnable {
  private static final long RECORDS_MIN = 100_000;
  private static final int SERVERS_MAX = 2_000_000;

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
      name = "observe",
      description = "Observes reports in memory, on one core, of fleets of several sizes.",
      mixinStandardHelpOptions = true)
  int observe(
      @Option(
              names = "--servers",
              paramLabel = "N",
              split = ",",
              defaultValue = "1000,10000,100000",
              description = "How many servers report; default: ${DEFAULT-VALUE}.")
          List<Integer> servers,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws JsonProcessingException {
    if (servers.stream().anyMatch(size -> size < 1 || size > SERVERS_MAX)) {
      throw new ParameterException(
          line(spec),
          "--servers: is %s, expected numbers from 1 to %d".formatted(servers, SERVERS_MAX));
    }
    Console console = Console.of(spec);
    List<ObserveBench.Fleet> found = new ObserveBench(servers, line -> tell(console, line)).run();
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(new Fleets(found)));
    } else {
      found.forEach(one ->
          console
              .out()
              .printf(
                  Locale.ROOT,
                  "%,9d servers: observed %,10.0f reports/s, only decoded %,10.0f/s; %,6.0f bytes a server%n",
                  one.servers(),
                  one.observed(),
                  one.decoded(),
                  one.bytesAServer()));
    }
    console.out().flush();
    return ExitCode.OK;
  }

  /** The fleets as one object. */
  private record Fleets(List<ObserveBench.Fleet> fleets) {}

  @Command(
      name = "history",
      description =
          "Asks about random moments of a long history, by default in a broker of its own.",
      mixinStandardHelpOptions = true)
  int history(
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
              defaultValue = "1000000",
              description = "How many facts; default: ${DEFAULT-VALUE}.")
          long records,
      @Option(
              names = "--questions",
              paramLabel = "N",
              defaultValue = "50",
              description = "How often each question is asked; default: ${DEFAULT-VALUE}.")
          int questions,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws IOException, InterruptedException {
    if (records < RECORDS_MIN || questions < 1) {
      throw new ParameterException(
          line(spec),
          "--records, --questions: are %d and %d, expected %d or more and 1 or more"
              .formatted(records, questions, RECORDS_MIN));
    }
    return inKafka(bootstrap, kafka, broker -> history(broker, records, questions, json));
  }

  private void history(KafkaAccess kafka, long records, int questions, boolean json)
      throws IOException, InterruptedException {
    Console console = Console.of(spec);
    HistoryBench bench = new HistoryBench(kafka, records, questions, line -> tell(console, line));
    tell(bench.run(), json, console);
  }

  @Command(
      name = "loop",
      description =
          "Measures from a report that ends a second to the command that comes of it, in a broker"
              + " of its own or in one without a cluster.",
      mixinStandardHelpOptions = true)
  int loop(
      @Option(
              names = "--bootstrap",
              paramLabel = "HOST:PORT",
              description = "A Kafka that has no cluster; it is left with this benchmark's topics.")
          @Nullable String bootstrap,
      @Mixin KafkaOptions kafka,
      @Option(
              names = "--seconds",
              paramLabel = "N",
              defaultValue = "30",
              description = "How long it is measured; default: ${DEFAULT-VALUE}.")
          int seconds,
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws IOException, InterruptedException {
    if (seconds < 1) {
      throw new ParameterException(
          line(spec), "--seconds: is %d, expected 1 or more".formatted(seconds));
    }
    return inKafka(bootstrap, kafka, broker -> loop(broker, seconds, json));
  }

  /** Measures something in a Kafka. */
  private interface InKafka {
    void run(KafkaAccess kafka) throws IOException, InterruptedException;
  }

  /** In the one that is named, or in a broker that is gone afterwards. */
  private int inKafka(@Nullable String bootstrap, KafkaOptions kafka, InKafka bench)
      throws IOException, InterruptedException {
    if (bootstrap != null) {
      bench.run(kafka.at(bootstrap));
      return ExitCode.OK;
    }
    if (kafka.given()) {
      throw new ParameterException(line(spec), "--kafka-config: expected --bootstrap beside it");
    }
    try (ScratchBroker broker = ScratchBroker.start()) {
      bench.run(KafkaAccess.at(broker.bootstrap()));
    }
    return ExitCode.OK;
  }

  private void loop(KafkaAccess kafka, int seconds, boolean json) throws IOException {
    Console console = Console.of(spec);
    Path folder = Files.createTempDirectory("sluice-loop");
    LoopBench bench =
        new LoopBench(kafka, folder, Duration.ofSeconds(seconds), line -> tell(console, line));
    tell(bench.run(), json, console);
  }

  private static void tell(List<Latency> found, boolean json, Console console)
      throws JsonProcessingException {
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(new Latencies(found)));
    } else {
      found.forEach(one ->
          console
              .out()
              .printf(
                  Locale.ROOT,
                  "%-36s median %,9.1f ms, p99 %,9.1f ms, longest %,9.1f ms, %,d runs%n",
                  one.scenario(),
                  one.p50Millis(),
                  one.p99Millis(),
                  one.maxMillis(),
                  one.runs()));
    }
    console.out().flush();
  }

  /** The latencies as one object. */
  private record Latencies(List<Latency> latencies) {}

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
