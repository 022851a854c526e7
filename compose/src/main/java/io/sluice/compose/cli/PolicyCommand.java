package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorClient.Answer;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ZonePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows, sets and checks policies. */
@Command(
    name = "policy",
    description = "Shows, sets and checks how zones scale.",
    mixinStandardHelpOptions = true)
final class PolicyCommand implements Runnable {
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
      description = "Shows the policy that holds, as a file that 'policy set' takes.",
      mixinStandardHelpOptions = true)
  int get(
      @Mixin MonitorOptions monitor,
      @Parameters(paramLabel = "ZONE", description = "The zone.") String zone,
      @Option(names = "--json", description = "Prints JSON.") boolean json) {
    String type = json ? "application/json" : "application/yaml";
    try (MonitorClient client = monitor.client()) {
      Answer answer =
          client.ask("GET", MonitorClient.ofZone(zone, "policy"), "", Map.of("Accept", type));
      Console console = Console.of(spec);
      if (json) {
        console.out().println(answer.body());
      } else {
        answer
            .revision()
            .ifPresent(revision ->
                console.out().printf("# revision %s of the policy of %s%n", revision, zone));
        console.out().print(answer.body().replaceFirst(DOCUMENT, ""));
      }
      console.out().flush();
    }
    return ExitCode.OK;
  }

  @Command(
      name = "set",
      description = "Lets a zone scale by the policy in a file.",
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
    Console console = Console.of(spec);
    String text = read(file);
    if (parsed(file, text, console).isEmpty()) {
      return ExitCode.REFUSED;
    }
    JsonNode answer =
        change.send(
            "PUT",
            "policy",
            text,
            ifRevision == null ? Map.of() : Map.of("If-Match", "\"" + ifRevision + "\""));
    int revision = answer.path("revision").asInt();
    return change.print(
        console,
        answer,
        answer.path("changed").asBoolean()
            ? "%s: revision %d of the policy holds from journal offset %d on"
                .formatted(change.zone(), revision, answer.path("offset").asLong())
            : "%s: revision %d of the policy says the same already"
                .formatted(change.zone(), revision));
  }

  @Command(
      name = "check",
      description = "Tells everything that is wrong with a policy, or what would hold with it.",
      mixinStandardHelpOptions = true)
  int check(@Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
      throws JsonProcessingException {
    Console console = Console.of(spec);
    Optional<ZonePolicy> policy = parsed(file, read(file), console);
    if (policy.isEmpty()) {
      return ExitCode.REFUSED;
    }
    String text = Json.yaml().writeValueAsString(Policies.describe(policy.get()));
    console.out().print(text.replaceFirst(DOCUMENT, ""));
    console.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "schema",
      description = "Prints the JSON Schema of a policy, for editors.",
      mixinStandardHelpOptions = true)
  int schema() {
    Console console = Console.of(spec);
    console.out().print(Policies.jsonSchema());
    console.out().flush();
    return ExitCode.OK;
  }

  /** The policy, or nothing: then everything that is wrong with it has been told. */
  private static Optional<ZonePolicy> parsed(Path file, String text, Console console) {
    try {
      return Optional.of(Policies.parse(file.toString(), text));
    } catch (ConfigException broken) {
      console.problems(file.toString(), broken.problems());
      return Optional.empty();
    }
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
