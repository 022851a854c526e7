package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.BalancerSettings;
import io.sluice.balancer.GatewayConfig;
import io.sluice.balancer.GatewaySettings;
import io.sluice.balancer.ZoneBalancersConfig;
import io.sluice.balancer.ZoneBalancersSettings;
import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.role.BrokerFile;
import io.sluice.compose.role.MonitorFile;
import io.sluice.compose.role.RoleFiles;
import io.sluice.gate.GateConfig;
import io.sluice.provisioner.history.SinkConfig;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks and shows configurations. */
@Command(
    name = "config",
    description = "Checks a configuration, or shows the defaults.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  private static final Pattern USER_INFO = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@");
  private static final Pattern QUERY_SECRET =
      Pattern.compile("(?i)([?&][^=&#]*(?:password|passwd|secret|token|key)[^=&#]*=)[^&#]*");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "check",
      description = "Tells everything that is wrong with a file, or what would hold with it.",
      mixinStandardHelpOptions = true)
  int check(
      @Option(
              names = "--role",
              paramLabel = "ROLE",
              defaultValue = "CLUSTER",
              description = "Whose file it is: ${COMPLETION-CANDIDATES}; default: that of 'up'.")
          Role role,
      @Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
      throws JsonProcessingException {
    Map<String, String> environment = System.getenv();
    switch (role) {
      case CLUSTER -> print(ClusterConfig.read(file, environment).describe());
      case MONITOR -> print(MonitorFile.read(file.toString(), RoleFiles.open(file, environment)));
      case BALANCER -> print(balancer(file, environment));
      case GATEWAY -> print(gateway(file, environment));
      case SINK -> print(SinkConfig.read(file.toString(), RoleFiles.open(file, environment)));
      case BROKER -> print(BrokerFile.read(file.toString(), RoleFiles.open(file, environment)));
      case GATE -> print(GateConfig.read(file.toString(), RoleFiles.open(file, environment)));
    }
    return ExitCode.OK;
  }

  /** What a file is for. */
  enum Role {
    CLUSTER,
    MONITOR,
    BALANCER,
    GATEWAY,
    BROKER,
    SINK,
    GATE
  }

  private static Object balancer(Path file, Map<String, String> environment) {
    Section root = RoleFiles.open(file, environment);
    if (ZoneBalancersSettings.areIn(root)) {
      Optional<ZoneBalancersConfig> zones = ZoneBalancersSettings.read(root);
      root.orThrow(file.toString());
      return zones.orElseThrow();
    }
    Optional<BalancerConfig> config = BalancerSettings.read(root);
    root.orThrow(file.toString());
    return config.orElseThrow();
  }

  private static GatewayConfig gateway(Path file, Map<String, String> environment) {
    Section root = RoleFiles.open(file, environment);
    Optional<GatewayConfig> config = GatewaySettings.read(root);
    root.orThrow(file.toString());
    return config.orElseThrow();
  }

  @Command(
      name = "defaults",
      description = "Shows what holds without a file.",
      mixinStandardHelpOptions = true)
  int defaults() throws JsonProcessingException {
    print(ClusterConfig.defaults(System.getenv()).describe());
    return ExitCode.OK;
  }

  private void print(Object config) throws JsonProcessingException {
    JsonNode tree = Json.mapper().valueToTree(config);
    // What is printed may be pasted somewhere.
    hideSecrets(tree);
    Console console = Console.of(spec);
    console.out().print(Json.yaml().writeValueAsString(tree));
    console.out().flush();
  }

  private static void hideSecrets(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      for (String name : names(object)) {
        JsonNode value = object.path(name);
        if (name.equals("tokens")) {
          names(value).forEach(kind -> ((ObjectNode) value).put(kind, KafkaAccess.HIDDEN));
        } else if (value.isValueNode() && secret(name)) {
          object.put(name, KafkaAccess.HIDDEN);
        } else if (value.isTextual()) {
          object.put(name, withoutSecrets(value.textValue()));
        }
      }
    } else if (tree instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i).isTextual()) {
          list.set(i, TextNode.valueOf(withoutSecrets(list.get(i).textValue())));
        }
      }
    }
    tree.forEach(ConfigCommand::hideSecrets);
  }

  /** Of addresses who logs in there, and of their queries what is a secret by its name. */
  private static String withoutSecrets(String text) {
    String anonymous = USER_INFO.matcher(text).replaceAll("$1" + KafkaAccess.HIDDEN + "@");
    return QUERY_SECRET.matcher(anonymous).replaceAll("$1" + KafkaAccess.HIDDEN);
  }

  private static boolean secret(String name) {
    return name.equals("token") || KafkaAccess.secret(name);
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
