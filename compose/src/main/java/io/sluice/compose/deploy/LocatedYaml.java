package io.sluice.compose.deploy;

import io.sluice.compose.deploy.Located.Entry;
import io.sluice.compose.deploy.Located.Items;
import io.sluice.compose.deploy.Located.Place;
import io.sluice.compose.deploy.Located.Scalar;
import io.sluice.compose.deploy.Located.Table;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * YAML as Compose files use it, with the place of each value: unlike our own files, they have
 * anchors, aliases and merged maps.
 */
final class LocatedYaml {
  private static final String MERGE = "<<";
  private static final int DEPTH_MAX = 50;

  /** A few aliases of aliases make a document that fills any memory. */
  private static final int NODES_MAX = 100_000;

  private final List<Problem> problems = new ArrayList<>();
  private int nodes;

  private LocatedYaml() {}

  /**
   * Reads a document.
   *
   * @param source the file, for the message
   * @throws ConfigException if it is malformed, empty or larger than a Compose file can be, with
   *     line and column
   */
  static Table read(String source, String text) {
    LocatedYaml reader = new LocatedYaml();
    Node root = composed(source, text);
    if (root == null) {
      throw new ConfigException(
          source, List.of(new Problem("(root)", "empty", "a map with services")));
    }
    Located tree = reader.located(root, 0);
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(source, reader.problems);
    }
    if (tree instanceof Table table) {
      return table;
    }
    throw new ConfigException(
        source, List.of(new Problem(tree.place().toString(), "no map", "a map with services")));
  }

  private static Node composed(String source, String text) {
    try {
      return new Yaml(new LoaderOptions()).compose(new StringReader(text));
    } catch (MarkedYAMLException malformed) {
      Mark mark = malformed.getProblemMark();
      String place = mark == null ? "(text)" : place(mark).toString();
      throw malformed(source, place, String.valueOf(malformed.getProblem()));
    } catch (YAMLException malformed) {
      throw malformed(source, "(text)", String.valueOf(malformed.getMessage()));
    }
  }

  private static ConfigException malformed(String source, String place, String what) {
    String first = what.lines().findFirst().orElse("malformed");
    return new ConfigException(
        source, List.of(new Problem(place, "malformed (" + first + ")", "YAML")));
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Located located(Node node, int depth) {
    Place place = place(node.getStartMark());
    nodes++;
    if (depth > DEPTH_MAX || nodes > NODES_MAX) {
      if (problems.isEmpty()) {
        problems.add(
            new Problem(
                place.toString(),
                "too large",
                "at most %d levels and %d values, aliases counted as what they stand for"
                    .formatted(DEPTH_MAX, NODES_MAX)));
      }
      return new Scalar(place, "", false);
    }
    return switch (node) {
      case ScalarNode scalar ->
          new Scalar(place, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
      case SequenceNode list ->
          new Items(place, list.getValue().stream().map(item -> located(item, depth + 1)).toList());
      case MappingNode map -> new Table(place, entries(map, depth));
      default -> throw new IllegalStateException("a node is a scalar, a list or a map");
    };
  }

  /** The map's own entries, and behind them what it merges in and does not say itself. */
  private Map<String, Entry> entries(MappingNode map, int depth) {
    Map<String, Entry> own = new LinkedHashMap<>();
    List<Located> merged = new ArrayList<>();
    for (NodeTuple tuple : map.getValue()) {
      Place place = place(tuple.getKeyNode().getStartMark());
      Optional<String> key = key(tuple.getKeyNode());
      if (key.isEmpty()) {
        problems.add(new Problem(place.toString(), "a key that is no text", "a name"));
        continue;
      }
      Located value = located(tuple.getValueNode(), depth + 1);
      if (key.get().equals(MERGE)) {
        merged.add(value);
      } else if (own.putIfAbsent(key.get(), new Entry(place, value)) != null) {
        problems.add(new Problem(place + ": " + key.get(), "there twice", "each key once"));
      }
    }
    merged.forEach(value -> merge(own, value));
    return own;
  }

  private static Optional<String> key(Node node) {
    return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
  }

  private void merge(Map<String, Entry> own, Located value) {
    switch (value) {
      case Table table -> table.entries().forEach(own::putIfAbsent);
      case Items items -> items.items().forEach(item -> merge(own, item));
      case Scalar scalar ->
          problems.add(
              new Problem(
                  scalar.place() + ": " + MERGE, "'" + scalar.text() + "'", "a map, or its alias"));
    }
  }
}
