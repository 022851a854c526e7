package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.view.Descriptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for a number of servers. */
@Command(
    name = "scale",
    description =
        "Asks for a number of servers, within the limits of the zone's policy. Without "
            + "--for or --until the rules decide again at their next wish.",
    mixinStandardHelpOptions = true)
final class ManualScaleCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private EndOptions end = new EndOptions();

  @Parameters(index = "1", paramLabel = "N", description = "How many servers.")
  private int servers;

  @Override
  public Integer call() throws JsonProcessingException {
    Map<String, Object> values = new TreeMap<>();
    values.put("servers", servers);
    end.addTo(values);
    JsonNode answer = change.post("scale", values);
    String held =
        answer.hasNonNull("note")
            ? "; %d of %d, since %s"
                .formatted(answer.path("holds").asInt(), servers, answer.get("note").asText())
            : "";
    return change.print(
        Console.of(spec),
        answer,
        "%s: %s asked for%s%s; journal offset %d"
            .formatted(
                change.zone(),
                Descriptions.servers(servers),
                EndOptions.sentence(answer, " until the next wish of the rules"),
                held,
                answer.at("/at/offset").asLong()));
  }
}
