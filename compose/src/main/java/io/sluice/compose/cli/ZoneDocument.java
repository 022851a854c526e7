package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorClient.Answer;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A zone's policy or template, as a file.
 *
 * @param name what it is called, in paths and sentences
 * @param parse reads it from the name of its file and its text
 * @param describe the tree in which it is written
 */
record ZoneDocument<T>(
    String name, BiFunction<String, String, T> parse, Function<T, Map<String, Object>> describe) {
  /** The line with which a YAML document begins. */
  private static final String BEGIN = "^---\\s*\\n";

  /** Prints the one that holds. */
  int get(MonitorOptions monitor, String zone, boolean json, Console console) {
    String type = json ? "application/json" : "application/yaml";
    try (MonitorClient client = monitor.client()) {
      Answer answer =
          client.ask(
              "GET", MonitorClient.ofZone(zone, name), "", monitor.known(Map.of("Accept", type)));
      if (json) {
        console.out().println(answer.body());
      } else {
        answer
            .revision()
            .ifPresent(revision ->
                console.out().printf("# revision %s of the %s of %s%n", revision, name, zone));
        console.out().print(answer.body().replaceFirst(BEGIN, ""));
      }
      console.out().flush();
    }
    return ExitCode.OK;
  }

  /**
   * Sets it to the one in a file.
   *
   * @param more what follows once it holds
   */
  int set(
      ChangeOptions change, Path file, @Nullable Integer ifRevision, String more, Console console)
      throws JsonProcessingException {
    String text = read(file);
    if (parsed(file, text, console).isEmpty()) {
      return ExitCode.REFUSED;
    }
    JsonNode answer =
        change.send(
            "PUT",
            name,
            text,
            ifRevision == null ? Map.of() : Map.of("If-Match", "\"" + ifRevision + "\""));
    int revision = answer.path("revision").asInt();
    return change.print(
        console,
        answer,
        answer.path("changed").asBoolean()
            ? "%s: revision %d of the %s holds from journal offset %d on%s"
                .formatted(change.zone(), revision, name, answer.path("offset").asLong(), more)
            : "%s: revision %d of the %s says the same already"
                .formatted(change.zone(), revision, name));
  }

  /** The one in a file with all defaults, or nothing: then everything wrong with it was told. */
  Optional<Map<String, Object>> whole(Path file, Console console) {
    return parsed(file, read(file), console).map(describe);
  }

  /** Tells what is wrong with the one in a file, or prints it with all defaults. */
  int check(Path file, Console console) throws JsonProcessingException {
    Optional<T> read = parsed(file, read(file), console);
    if (read.isEmpty()) {
      return ExitCode.REFUSED;
    }
    String text = Json.yaml().writeValueAsString(describe.apply(read.get()));
    console.out().print(text.replaceFirst(BEGIN, ""));
    console.out().flush();
    return ExitCode.OK;
  }

  /** What is in the text, or nothing: then everything that is wrong with it has been told. */
  private Optional<T> parsed(Path file, String text, Console console) {
    try {
      return Optional.of(parse.apply(file.toString(), text));
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
