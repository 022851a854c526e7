package io.sluice.compose.deploy;

import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A template or a policy as people would write it for Sluice, put together from values of a Compose
 * file, and which came from where: it is read by the very reader of such files, and what that finds
 * is noted where the value stands in the Compose file.
 */
final class SluiceTree {
  private final Spot whole;
  private final Map<String, Object> tree = new LinkedHashMap<>();
  private final Map<String, Spot> origins = new TreeMap<>();

  /**
   * An empty one.
   *
   * @param whole where a problem is noted that no value is to blame for
   */
  SluiceTree(Spot whole) {
    this.whole = whole;
  }

  /** Puts a value under a path such as {@code container.user}. */
  void put(String path, Object value, Spot origin) {
    origins.put(path, origin);
    Map<String, Object> at = tree;
    List<String> keys = List.of(path.split("\\.", -1));
    for (String key : keys.subList(0, keys.size() - 1)) {
      at = below(at, key);
    }
    at.put(keys.getLast(), value);
  }

  // Only maps of ours are put under keys that have some below them.
  @SuppressWarnings("unchecked")
  private static Map<String, Object> below(Map<String, Object> tree, String key) {
    return (Map<String, Object>)
        tree.computeIfAbsent(key, fresh -> new LinkedHashMap<String, Object>());
  }

  /** Puts a name's value below a path, where names may have dots. */
  void putNamed(String path, String name, String value, Spot origin) {
    Map<String, Object> at = tree;
    for (String key : path.split("\\.", -1)) {
      at = below(at, key);
    }
    at.put(name, value);
    origins.put(path + "." + name, origin);
  }

  /** Whether nothing was put there. */
  boolean isEmpty() {
    return tree.isEmpty();
  }

  /** Whether something was put under this path. */
  boolean has(String path) {
    return origins.containsKey(path);
  }

  /** Whether something was put under this path or below it. */
  boolean hasBelow(String path) {
    return origins.keySet().stream().anyMatch(known -> belongs(known, path));
  }

  /** What the reader makes of it; empty if it finds anything wrong, which is noted. */
  <T> Optional<T> read(Function<Section, T> reader) {
    Section section = Section.root(Json.mapper().valueToTree(tree));
    T value = reader.apply(section);
    try {
      section.orThrow("");
      return Optional.of(value);
    } catch (ConfigException wrong) {
      wrong.problems().forEach(this::note);
      return Optional.empty();
    }
  }

  private void note(Problem problem) {
    String path = problem.path();
    origins.entrySet().stream()
        .filter(origin -> belongs(path, origin.getKey()))
        .max(Map.Entry.comparingByKey((one, other) -> one.length() - other.length()))
        .map(Map.Entry::getValue)
        .orElse(whole)
        .note(problem.value(), problem.expected());
  }

  private static boolean belongs(String path, String origin) {
    return path.equals(origin) || path.startsWith(origin + ".") || path.startsWith(origin + "[");
  }
}
