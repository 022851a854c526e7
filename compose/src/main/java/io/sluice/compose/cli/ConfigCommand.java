package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.schemas.codec.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks and shows configurations. */
@Command(
    name = "config",
    description = "Checks a configuration, or shows the defaults.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "check",
      description = "Tells everything that is wrong with a file, or what would hold with it.",
      mixinStandardHelpOptions = true)
  int check(@Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
      throws JsonProcessingException {
    print(ClusterConfig.read(file, System.getenv()));
    return ExitCode.OK;
  }

  @Command(
      name = "defaults",
      description = "Shows what holds without a file.",
      mixinStandardHelpOptions = true)
  int defaults() throws JsonProcessingException {
    print(ClusterConfig.defaults(System.getenv()));
    return ExitCode.OK;
  }

  private void print(ClusterConfig config) throws JsonProcessingException {
    Console console = Console.of(spec);
    console.out().print(Json.yaml().writeValueAsString(config.describe()));
    console.out().flush();
  }
}
