package io.sluice.compose.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.monitor.MonitorClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who asks for changes, and at which monitor. */
final class OperatorOptions {
  /** What a header can carry anywhere. */
  private static final Pattern NAME = Pattern.compile("[ -~]{1,200}");

  @Mixin private MonitorOptions monitor = new MonitorOptions();

  @Option(
      names = "--actor",
      paramLabel = "NAME",
      description = "Who asks, as the journal will tell; default: your login name.")
  private @Nullable String actor;

  /** Asks for a change at a path. */
  JsonNode send(String method, String path, String body, Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Sluice-Actor", actor());
    try (MonitorClient client = monitor.client()) {
      return client.ask(method, path, body, monitor.authorized(all)).tree();
    }
  }

  /** Asks what there is at a path. */
  JsonNode get(String path) {
    try (MonitorClient client = monitor.client()) {
      return client.ask("GET", path, "", monitor.known(Map.of())).tree();
    }
  }

  private String actor() {
    String name = actor == null ? System.getProperty("user.name", "unknown") : actor;
    if (!NAME.matcher(name).matches()) {
      throw new ClusterException(
          "--actor: is '%s', expected 1 to 200 printable characters of ASCII".formatted(name));
    }
    return name;
  }
}
