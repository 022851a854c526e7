package io.sluice.compose.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice ls}: what runs here, a line for each zone. */
@Command(
    name = "ls",
    description = "Shows what runs: a line for each zone. More of each: status.",
    mixinStandardHelpOptions = true)
final class LsCommand implements Callable<Integer> {
  /** A metric that no rule names is not looked at; of requests everybody wants to know. */
  private static final Set<String> ALWAYS = Set.of("requests");

  private static final String NONE = "-";

  @Spec private @Nullable CommandSpec spec;
  @Mixin private MonitorOptions monitor = new MonitorOptions();

  @Option(names = "--json", description = "Prints the monitor's answer, a JSON array of zones.")
  private boolean json;

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    try (MonitorClient client = monitor.client()) {
      MonitorClient.Answer answer = client.ask("GET", "/v1/zones", "", monitor.known(Map.of()));
      (json ? List.of(answer.body()) : lines(answer.tree())).forEach(console.out()::println);
    }
    console.out().flush();
    return ExitCode.OK;
  }

  /**
   * A table of zones.
   *
   * @param zones as a monitor tells them
   */
  static List<String> lines(JsonNode zones) {
    if (zones.isEmpty()) {
      return List.of("there are no zones: 'sluice deploy' or 'sluice zone add' makes one");
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ZONE", "SERVERS", "MIN-MAX", "LOAD", "RUNS", "AT", "NOTE"));
    zones.forEach(zone -> rows.add(row(zone)));
    return rows.stream().map(row -> padded(row, rows)).toList();
  }

  private static List<String> row(JsonNode zone) {
    JsonNode policy = zone.path("policy");
    return List.of(
        zone.path("id").asText(),
        servers(zone.path("servers")),
        "%d-%d".formatted(policy.path("min").asInt(), policy.path("max").asInt()),
        load(zone),
        zone.at("/template/image").asText(NONE),
        zone.at("/balancer/address").asText(NONE),
        note(zone));
  }

  /** How many are ready, and what the others do. */
  private static String servers(JsonNode servers) {
    int ready = 0;
    List<String> others = new ArrayList<>();
    for (String state : List.of("starting", "draining", "dead")) {
      long count =
          servers.valueStream().filter(one -> one.path("state").asText().equals(state)).count();
      if (count > 0) {
        others.add("%d %s".formatted(count, state));
      }
    }
    for (JsonNode server : servers) {
      ready += server.path("state").asText().equals("ready") ? 1 : 0;
    }
    return others.isEmpty()
        ? Integer.toString(ready)
        : "%d (%s)".formatted(ready, String.join(", ", others));
  }

  /** The mean of each metric that a rule names. */
  private static String load(JsonNode zone) {
    Set<String> metrics = new LinkedHashSet<>();
    zone.at("/policy/rules").forEach(rule -> metrics.add(rule.path("metric").asText()));
    metrics.addAll(ALWAYS);
    List<String> told = new ArrayList<>();
    for (String metric : metrics) {
      JsonNode mean = zone.at("/load/load").path(metric).path("mean");
      if (mean.isNumber()) {
        told.add(String.format(Locale.ROOT, "%s %.1f", metric, mean.asDouble()));
      }
    }
    return told.isEmpty() ? NONE : String.join(", ", told);
  }

  private static String note(JsonNode zone) {
    List<String> notes = new ArrayList<>();
    String stage = zone.at("/life/stage").asText();
    if (!stage.equals("declared")) {
      notes.add(stage);
    }
    if (!zone.path("rollout").isMissingNode()) {
      notes.add("rolling over");
    }
    String balancer = zone.at("/balancer/state").asText("alive");
    if (!balancer.equals("alive")) {
      notes.add("balancer " + balancer);
    }
    zone.path("conditions").forEach(condition -> notes.add(condition.path("kind").asText()));
    return String.join(", ", notes);
  }

  private static String padded(List<String> row, List<List<String>> all) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      int at = column;
      int width = all.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
      line.append(row.get(column)).repeat(" ", width - row.get(column).length() + 2);
    }
    return line.toString().stripTrailing();
  }
}
