package io.sluice.compose.cli;

import io.sluice.compose.role.MonitorFile;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one monitor. */
@Command(
    name = "monitor",
    description = "Runs one monitor against any Kafka and Redis, until a signal ends it.",
    mixinStandardHelpOptions = true)
final class MonitorCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private RoleOptions options = new RoleOptions();

  @Option(
      names = "--id",
      paramLabel = "N",
      description = "Which of the monitors; wins over the file's id.")
  private @Nullable Integer id;

  @Override
  public Integer call() throws Exception {
    Map<String, String> overrides =
        id == null ? Map.of() : Map.of("SLUICE_ID", Integer.toString(id));
    MonitorFile file = MonitorFile.read(options.source(), options.open(overrides));
    Logs.toConsole();
    MonitorFile.Running running = file.start();
    return Running.untilSignalOrFailure(
        running.process().failure(),
        running,
        "monitor %s at %s".formatted(file.monitor().id(), file.monitor().url()),
        Console.of(spec));
  }
}
