package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Keeps a zone's rules from scaling. */
@Command(
    name = "pause",
    description =
        "Keeps a zone's rules from scaling. Dead servers are still replaced, and 'scale' "
            + "still works.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private EndOptions end = new EndOptions();

  @Option(
      names = "--direction",
      paramLabel = "out|in|both",
      defaultValue = "both",
      description = "Against more servers, fewer servers, or either; default: both.")
  private String direction = "both";

  @Override
  public Integer call() throws JsonProcessingException {
    Map<String, Object> values = new TreeMap<>();
    values.put("direction", direction);
    end.addTo(values);
    JsonNode answer = change.post("pause", values);
    return change.print(
        Console.of(spec),
        answer,
        "%s: scaling %s paused%s; journal offset %d"
            .formatted(
                change.zone(),
                direction.equals("both") ? "in both directions" : direction,
                EndOptions.sentence(answer, " until it is resumed"),
                answer.at("/at/offset").asLong()));
  }
}
