package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.schemas.codec.Json;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A change that is asked of a zone: which zone, by whom, and at which monitor. */
final class ChangeOptions {
  @Mixin private MonitorOptions monitor = new MonitorOptions();

  @Parameters(index = "0", paramLabel = "ZONE", description = "The zone.")
  private String zone = "";

  @Mixin private ActorOptions actor = new ActorOptions();

  @Option(names = "--json", description = "Prints the monitor's answer, one JSON object.")
  private boolean json;

  /** The zone's name as it was given. */
  String zone() {
    return zone;
  }

  /** Asks for a change with a JSON body of these values. */
  JsonNode post(String part, Map<String, Object> values) throws JsonProcessingException {
    return send("POST", part, Json.mapper().writeValueAsString(values), Map.of());
  }

  /** Asks for a change. */
  JsonNode send(String method, String part, String body, Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(ActorOptions.HEADER, actor.name());
    try (MonitorClient client = monitor.client()) {
      return client
          .ask(method, MonitorClient.ofZone(zone, part), body, monitor.authorized(all))
          .tree();
    }
  }

  /** Prints an answer: itself for programs, or a sentence for people. */
  int print(Console console, JsonNode answer, String sentence) throws JsonProcessingException {
    console.out().println(json ? Json.mapper().writeValueAsString(answer) : sentence);
    console.out().flush();
    return ExitCode.OK;
  }
}
