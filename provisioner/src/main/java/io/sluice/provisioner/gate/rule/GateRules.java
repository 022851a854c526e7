package io.sluice.provisioner.gate.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.fleet.docker.Labels;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which calls an engine is to hear.
 *
 * @param cluster the cluster whose containers may be touched
 * @param create what its containers may be
 */
public record GateRules(String cluster, CreateRules create) {
  private static final Pattern VERSION = Pattern.compile("^/v1\\.[0-9]{1,2}(?=/)");
  private static final Pattern CONTAINER =
      Pattern.compile("(/containers/)([A-Za-z0-9][A-Za-z0-9_.-]{0,254})((?:/[a-z]+)?)");

  /** What may be asked about a container of ours, by method and rest of the path. */
  private static final Set<String> ABOUT_CONTAINERS =
      Set.of("GET /json", "GET /stats", "POST /start", "POST /stop", "POST /unpause", "DELETE ");

  /** Judges a call. */
  public Verdict judge(Call call) {
    String path = VERSION.matcher(call.path()).replaceFirst("");
    return switch (call.method() + " " + path) {
      case "GET /_ping", "HEAD /_ping" -> new Verdict.Pass();
      case "GET /containers/json", "GET /events" -> listing(call);
      case "POST /containers/create" -> create.judge(call, cluster);
      case "POST /images/create" -> create.pull(call);
      // Everything else is about one container, or is not for us.
      default -> container(call, path);
    };
  }

  private Verdict listing(Call call) {
    String wanted = Labels.CLUSTER + "=" + cluster;
    try {
      JsonNode labels = CreateRules.strictly(call.parameter("filters")).path("label");
      for (JsonNode label : labels) {
        if (labels.isArray() && label.asText().equals(wanted)) {
          return new Verdict.Pass();
        }
      }
    } catch (JsonProcessingException malformed) {
      return new Verdict.Refuse("filters that are no JSON");
    }
    return new Verdict.Refuse(
        "containers of everybody: expected the filter label %s".formatted(wanted));
  }

  private static Verdict container(Call call, String path) {
    Matcher about = CONTAINER.matcher(path);
    if (about.matches() && ABOUT_CONTAINERS.contains(call.method() + " " + about.group(3))) {
      return new Verdict.PassIfOurs(about.group(2), about.group(1), about.group(3));
    }
    return new Verdict.Refuse(
        "%s %s is none of the calls that the fleet makes".formatted(call.method(), call.path()));
  }

  /** Whether a container is one of ours, by what the engine says about it. */
  public boolean ours(JsonNode inspected) {
    return inspected.path("Config").path("Labels").path(Labels.CLUSTER).asText("").equals(cluster);
  }
}
