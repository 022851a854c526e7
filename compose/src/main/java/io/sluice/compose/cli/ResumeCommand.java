package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a zone's rules scale again. */
@Command(
    name = "resume",
    description = "Ends the pauses of a zone.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private ChangeOptions change = new ChangeOptions();

  @Option(
      names = "--direction",
      paramLabel = "out|in|both",
      defaultValue = "both",
      description = "Which pauses end; default: both.")
  private String direction = "both";

  @Override
  public Integer call() throws JsonProcessingException {
    JsonNode answer = change.post("resume", Map.of("direction", direction));
    return change.print(
        Console.of(spec),
        answer,
        "%s: scaling %s resumed; journal offset %d"
            .formatted(
                change.zone(),
                direction.equals("both") ? "in both directions" : direction,
                answer.at("/at/offset").asLong()));
  }
}
