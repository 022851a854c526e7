package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets zones come and go while the cluster runs. */
@Command(
    name = "zone",
    description = "Lists zones, and lets them come and go while the cluster runs.",
    mixinStandardHelpOptions = true)
final class ZoneCommand implements Runnable {
  private static final ZoneDocument<ZonePolicy> POLICY =
      new ZoneDocument<>("policy", Policies::parse, Policies::describe);
  private static final ZoneDocument<ServerTemplate> TEMPLATE =
      new ZoneDocument<>("template", Templates::parse, Templates::describe);

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "list",
      description = "Shows which zones there are, how far they have come, and where they serve.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin MonitorOptions monitor,
      @Option(names = "--json", description = "Prints JSON, as the monitor answers.")
          boolean json) {
    Console console = Console.of(spec);
    try (MonitorClient client = monitor.client()) {
      MonitorClient.Answer answer = client.ask("GET", "/v1/zones", "", monitor.known(Map.of()));
      if (json) {
        console.out().println(answer.body());
      } else {
        answer.tree().forEach(zone -> console.out().println(line(zone)));
      }
      console.out().flush();
    }
    return ExitCode.OK;
  }

  private static String line(JsonNode zone) {
    return "%-20s  %-8s  %-13s  %3d  %s"
        .formatted(
            zone.path("id").asText(),
            zone.at("/life/stage").asText(),
            zone.at("/life/origin").asText().equals("request") ? "by request" : "configuration",
            zone.path("servers").size(),
            zone.at("/balancer/address").asText("no balancer yet"));
  }

  @Command(
      name = "add",
      description = "Declares a zone: no file is edited and no process restarted.",
      mixinStandardHelpOptions = true)
  int add(
      @Mixin ChangeOptions change,
      @Option(
              names = "--policy",
              required = true,
              paramLabel = "FILE",
              description = "How it scales: YAML or JSON.")
          Path policyFile,
      @Option(
              names = "--template",
              required = true,
              paramLabel = "FILE",
              description = "What its servers are made of: YAML or JSON.")
          Path templateFile)
      throws JsonProcessingException {
    Console console = Console.of(spec);
    // Both, so that everything that is wrong is told at once.
    Optional<Map<String, Object>> policy = POLICY.whole(policyFile, console);
    Optional<Map<String, Object>> template = TEMPLATE.whole(templateFile, console);
    if (policy.isEmpty() || template.isEmpty()) {
      return ExitCode.REFUSED;
    }
    Map<String, Object> body = new TreeMap<>();
    body.put("zone", change.zone());
    body.put("policy", policy.get());
    body.put("template", template.get());
    JsonNode answer =
        change.sendTo("POST", "/v1/zones", Json.mapper().writeValueAsString(body), Map.of());
    return change.print(
        console,
        answer,
        "%s: declared from journal offset %d on"
            .formatted(change.zone(), answer.path("offset").asLong()));
  }

  @Command(
      name = "retire",
      description =
          "Takes a zone away: its servers finish what they have and go, and the zone with them.",
      mixinStandardHelpOptions = true)
  int retire(@Mixin ChangeOptions change) throws JsonProcessingException {
    JsonNode answer = change.sendTo("DELETE", MonitorClient.ofZone(change.zone()), "", Map.of());
    String stage = answer.path("stage").asText();
    String sentence =
        answer.path("changed").asBoolean()
            ? "%s: is being retired from journal offset %d on; its servers finish what they have"
                .formatted(change.zone(), answer.path("offset").asLong())
            : "%s: is %s already"
                .formatted(change.zone(), stage.equals("retired") ? "retired" : "being retired");
    return change.print(Console.of(spec), answer, sentence);
  }
}
