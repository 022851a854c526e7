package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.bench.FoldBench;
import io.sluice.compose.bench.Row;
import io.sluice.schemas.codec.Json;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    description = "Measures how fast history is folded and audited on this machine.",
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
  int fold(
      @Option(names = "--json", description = "Prints one JSON object.") boolean json)
      throws JsonProcessingException {
    Console console = Console.of(spec);
    print(new FoldBench(line -> tell(console, line)).run(), json, console);
    return ExitCode.OK;
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
                  Locale.ROOT, "%-45s %,12.0f records/s%n", row.scenario(), row.recordsPerSecond()));
    }
    console.out().flush();
  }

  /** The rows as one object. */
  private record Rows(List<Row> rows) {}
}
