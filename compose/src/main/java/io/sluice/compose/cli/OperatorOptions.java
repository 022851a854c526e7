package io.sluice.compose.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;

/** Who asks for changes, and at which monitor. */
final class OperatorOptions {
  @Mixin private MonitorOptions monitor = new MonitorOptions();

  @Mixin private ActorOptions actor = new ActorOptions();

  /** Asks for a change at a path. */
  JsonNode send(String method, String path, String body, Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(ActorOptions.HEADER, actor.name());
    try (MonitorClient client = monitor.client()) {
      return client.ask(method, path, body, monitor.authorized(all)).tree();
    }
  }

  /** Asks what there is at a path that is shown to operators alone. */
  JsonNode authorized(String path) {
    try (MonitorClient client = monitor.client()) {
      return client.ask("GET", path, "", monitor.authorized(Map.of())).tree();
    }
  }

  /** Asks what there is at a path. */
  JsonNode get(String path) {
    try (MonitorClient client = monitor.client()) {
      return client.ask("GET", path, "", monitor.known(Map.of())).tree();
    }
  }
}
