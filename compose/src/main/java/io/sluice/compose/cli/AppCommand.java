package io.sluice.compose.cli;

import io.sluice.app.App;
import io.sluice.app.AppConfig;
import io.sluice.compose.role.RoleFiles;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.config.Variables;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one server of the demo application. */
@Command(
    name = "app",
    description = "Runs one server of the demo application, until a signal ends it.",
    mixinStandardHelpOptions = true)
final class AppCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML or JSON; SLUICE_… variables override it, and suffice without it.")
  private @Nullable Path file;

  @Override
  public Integer call() throws Exception {
    AppConfig config = AppConfig.ofEnvironment(variables());
    Logs.toConsole();
    App app = App.start(config);
    return Running.untilSignal(
        app, "server %s at %s".formatted(config.server(), app.address()), Console.of(spec));
  }

  /** The file's keys under the names of their variables, and then the variables themselves. */
  private Map<String, String> variables() {
    Map<String, String> variables = new TreeMap<>();
    if (file != null) {
      Section root = RoleFiles.open(file, Map.of());
      KafkaAccess.properties(root, "kafka")
          .forEach((name, value) -> variables.put(Variables.name("kafka." + name), value));
      root.strings()
          .forEach((key, value) -> {
            String name = Variables.name(key);
            if (AppConfig.KEYS.contains(name)) {
              variables.put(name, value);
            } else {
              root.note(key, "unknown key", "kafka, or one of " + AppConfig.KEYS);
            }
          });
      root.orThrow(file.toString());
    }
    variables.putAll(System.getenv());
    return variables;
  }
}
