package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorClient.Answer;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and sets templates. */
@Command(
    name = "template",
    description = "Shows and sets what the servers of zones are made of.",
    mixinStandardHelpOptions = true)
final class TemplateCommand implements Runnable {
  /** The line with which a YAML document begins. */
  private static final String DOCUMENT = "^---\\s*\\n";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "get",
      description = "Shows the template that holds, as a file that 'template set' takes.",
      mixinStandardHelpOptions = true)
  int get(
      @Mixin MonitorOptions monitor,
      @Parameters(paramLabel = "ZONE", description = "The zone.") String zone,
      @Option(names = "--json", description = "Prints JSON.") boolean json) {
    String type = json ? "application/json" : "application/yaml";
    try (MonitorClient client = monitor.client()) {
      Answer answer =
          client.ask("GET", MonitorClient.ofZone(zone, "template"), "", Map.of("Accept", type));
      Console console = Console.of(spec);
      if (json) {
        console.out().println(answer.body());
      } else {
        answer
            .revision()
            .ifPresent(revision ->
                console.out().printf("# revision %s of the template of %s%n", revision, zone));
        console.out().print(answer.body().replaceFirst(DOCUMENT, ""));
      }
      console.out().flush();
    }
    return ExitCode.OK;
  }

  @Command(
      name = "set",
      description = "Replaces a zone's servers one by one by such of the template in a file.",
      mixinStandardHelpOptions = true)
  int set(
      @Mixin ChangeOptions change,
      @Parameters(index = "1", paramLabel = "FILE", description = "YAML or JSON.") Path file,
      @Option(
              names = "--if-revision",
              paramLabel = "N",
              description = "Only if this revision still holds.")
          @Nullable Integer ifRevision)
      throws JsonProcessingException {
    JsonNode answer =
        change.send(
            "PUT",
            "template",
            read(file),
            ifRevision == null ? Map.of() : Map.of("If-Match", "\"" + ifRevision + "\""));
    int revision = answer.path("revision").asInt();
    return change.print(
        Console.of(spec),
        answer,
        answer.path("changed").asBoolean()
            ? "%s: revision %d of the template holds from journal offset %d on; its servers follow one by one"
                .formatted(change.zone(), revision, answer.path("offset").asLong())
            : "%s: revision %d of the template says the same already"
                .formatted(change.zone(), revision));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new ConfigException(
          file.toString(), List.of(new Problem("(file)", "unreadable", "a file that can be read")));
    }
  }
}
