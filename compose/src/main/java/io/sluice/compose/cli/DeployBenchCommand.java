package io.sluice.compose.cli;

import io.sluice.compose.bench.provision.DeployBench;
import io.sluice.compose.drill.Times;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how long a further zone takes to serve, and what it costs. */
@Command(
    name = "deploy",
    description =
        "Declares zones in a cluster of its own, and measures how long each takes to its first "
            + "answer, and what memory each further one costs.",
    mixinStandardHelpOptions = true)
final class DeployBenchCommand implements Callable<Integer> {
  private static final int ZONES_MAX = 100;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often a zone is declared; default: ${DEFAULT-VALUE}.")
  private int rounds = 10;

  @Option(
      names = "--zones",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many further zones the memory is divided by; default: ${DEFAULT-VALUE}.")
  private int zones = 16;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("a command runs only by the command line");
    }
    if (rounds < 1 || zones < 1 || zones > ZONES_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--rounds, --zones: are %d and %d, expected 1 or more and 1 to %d"
              .formatted(rounds, zones, ZONES_MAX));
    }
    Console console = Console.of(spec);
    DeployBench.Report report =
        new DeployBench(
                rounds,
                zones,
                line -> {
                  console.err().println(line + " ...");
                  console.err().flush();
                })
            .run();
    console.out().println(json ? Json.mapper().writeValueAsString(report) : table(report));
    console.out().flush();
    return ExitCode.OK;
  }

  /** The report for people. */
  static String table(DeployBench.Report report) {
    return String.join(
        System.lineSeparator(),
        line("zone declared to first answer", report.deploy()),
        line("a server by itself", report.server()),
        String.format(
            Locale.ROOT,
            "%-34s %,.0f KiB of heap, %,.0f KiB resident; %d zones without servers",
            "each further zone",
            report.heapKiBAZone(),
            report.residentKiBAZone(),
            report.zones()));
  }

  private static String line(String what, Times times) {
    return String.format(
        Locale.ROOT,
        "%-34s median %,6d ms, longest %,6d ms, %d runs",
        what,
        times.p50Millis(),
        times.maxMillis(),
        times.runs());
  }
}
