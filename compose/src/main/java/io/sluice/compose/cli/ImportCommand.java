package io.sluice.compose.cli;

import io.sluice.compose.history.ArchiveHistory;
import io.sluice.compose.history.Import;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a history from a file into a Kafka that has none. */
@Command(
    name = "import",
    description =
        "Writes the history in a file into a Kafka that has none: the same offsets, the same times."
            + " Such a Kafka is for reading; no cluster starts on it.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "FILE", description = "An archive that 'sluice export' wrote.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws InterruptedException {
    Console console = Console.of(spec);
    long begin = System.nanoTime();
    ArchiveHistory history = new ArchiveHistory(file);
    ArchiveHistory.Verified archive = history.verify();
    new Import(
            cluster.kafka(),
            line -> {
              console.err().println(line + " ...");
              console.err().flush();
            })
        .write(history);
    console
        .out()
        .printf(
            Locale.ROOT,
            "imported: %s%n  records   %,d%n  hash      %s%n  time      %.1f s%n",
            file,
            archive.manifest().records(),
            archive.hash(),
            (System.nanoTime() - begin) / 1e9);
    console.out().flush();
    return ExitCode.OK;
  }
}
