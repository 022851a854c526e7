package io.sluice.compose.cli;

import io.sluice.compose.history.Export;
import io.sluice.compose.history.HistoryException;
import io.sluice.compose.history.KafkaExport;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a cluster's history into a file. */
@Command(
    name = "export",
    description = "Writes the journal and the commands, as far as they are committed, into a file.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "FILE", description = "The archive, such as history.jsonl.gz.")
  private Path file = Path.of("");

  @Option(names = "--force", description = "Replaces the file if it is there.")
  private boolean force;

  @Override
  public Integer call() throws InterruptedException {
    if (!force && Files.exists(file)) {
      throw new HistoryException(
          "%s is there already: name another file, or replace it with --force".formatted(file));
    }
    Console console = Console.of(spec);
    long begin = System.nanoTime();
    Export.Written written;
    try {
      written =
          new KafkaExport(cluster.kafka(), SluiceCommand.Version.current()).to(file, Instant.now());
    } catch (IOException failed) {
      throw new HistoryException(
          "%s can't be written: %s".formatted(file, failed.getMessage()), failed);
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "exported: %s%n  records   %,d facts, %,d commands%n  size      %,d bytes%n  hash      %s%n"
                + "  time      %.1f s%n",
            file,
            written.manifest().records(Topics.JOURNAL.name()),
            written.manifest().records(Topics.SCALE_COMMANDS.name()),
            written.bytes(),
            written.hash(),
            (System.nanoTime() - begin) / 1e9);
    console.out().flush();
    return ExitCode.OK;
  }
}
