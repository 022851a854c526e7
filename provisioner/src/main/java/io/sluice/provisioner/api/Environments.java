package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.policy.ServerTemplate;
import java.util.List;
import java.util.Map;

/**
 * The environments of templates, in which people keep what not everybody should read: whoever has
 * not the operators' token sees the names of variables, and {@value KafkaAccess#HIDDEN} in the
 * place of their values.
 */
final class Environments {
  /** The key of templates, wherever one stands. */
  private static final String KEY = "environment";

  private Environments() {}

  /** Hides every value of every environment in a tree. */
  static void hide(JsonNode tree) {
    if (tree instanceof ObjectNode object && object.get(KEY) instanceof ObjectNode environment) {
      names(environment).forEach(name -> environment.put(name, KafkaAccess.HIDDEN));
    }
    tree.forEach(Environments::hide);
  }

  private static List<String> names(ObjectNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /**
   * Checks a template that is to be set.
   *
   * @throws ConfigException if values of it were hidden when it was read
   */
  static ServerTemplate requireShown(String source, ServerTemplate template) {
    List<Problem> hidden = hidden(template);
    if (!hidden.isEmpty()) {
      throw new ConfigException(source, hidden);
    }
    return template;
  }

  private static List<Problem> hidden(ServerTemplate template) {
    return template.environment().entrySet().stream()
        .filter(variable -> variable.getValue().equals(KafkaAccess.HIDDEN))
        .map(variable ->
            new Problem(
                KEY + "." + variable.getKey(),
                "'" + KafkaAccess.HIDDEN + "'",
                "the value, which is shown to whoever asks with the operators' token"))
        .toList();
  }
}
