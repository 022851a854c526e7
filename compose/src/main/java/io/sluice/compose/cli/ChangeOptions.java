package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.schemas.codec.Json;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A change that is asked of a zone: which zone, by whom, and at which monitor. */
final class ChangeOptions {
  @Mixin private OperatorOptions operator = new OperatorOptions();

  @Parameters(index = "0", paramLabel = "ZONE", description = "The zone.")
  private String zone = "";

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

  /** Asks for a change of a part of the zone. */
  JsonNode send(String method, String part, String body, Map<String, String> headers) {
    return sendTo(method, MonitorClient.ofZone(zone, part), body, headers);
  }

  /** Asks for a change at a path. */
  JsonNode sendTo(String method, String path, String body, Map<String, String> headers) {
    return operator.send(method, path, body, headers);
  }

  /** Prints an answer: itself for programs, or a sentence for people. */
  int print(Console console, JsonNode answer, String sentence) throws JsonProcessingException {
    console.out().println(json ? Json.mapper().writeValueAsString(answer) : sentence);
    console.out().flush();
    return ExitCode.OK;
  }
}
