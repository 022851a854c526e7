package io.sluice.gate.rule;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One JSON object, read by exact keys and exact types. What nobody asks for is refused, whatever
 * its value: an engine takes keys in any case, of two that differ in case the last one wins, and a
 * later engine may know keys of which nothing is known here. {@code null} says nothing to an
 * engine, so under a known key it is as if the key were not there.
 */
final class Fields {
  private final String path;
  private final JsonNode object;
  private final Problems problems;
  private final Set<String> known = new TreeSet<>();

  /**
   * An object's fields; anything else is noted, and has none.
   *
   * @param path where it stands; empty: at the top
   */
  Fields(String path, JsonNode object, Problems problems) {
    this.path = path;
    this.object = object;
    this.problems = problems;
    if (!object.isObject()) {
      problems.add(path.isEmpty() ? "the body" : path, object.toString(), "an object");
    }
  }

  /** Notes that what stands under a key is not as expected. */
  void refuse(String key, String expected) {
    JsonNode value = object.path(key);
    problems.add(at(key), value.isMissingNode() ? "(none)" : value.toString(), expected);
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private Optional<JsonNode> take(String key) {
    known.add(key);
    JsonNode value = object.path(key);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private Optional<JsonNode> take(String key, boolean fits, String expected) {
    if (!fits) {
      refuse(key, expected);
    }
    return fits ? take(key) : Optional.empty();
  }

  Optional<String> text(String key) {
    return take(key).flatMap(value -> take(key, text(value), "a text")).map(JsonNode::textValue);
  }

  Optional<Boolean> bool(String key) {
    return take(key)
        .flatMap(value -> take(key, value.isBoolean(), "true or false"))
        .map(JsonNode::booleanValue);
  }

  /** A whole number of this range. */
  Optional<Long> whole(String key, long min, long max) {
    return take(key)
        .flatMap(value ->
            take(
                key,
                value.canConvertToLong()
                    && value.isIntegralNumber()
                    && value.longValue() >= min
                    && value.longValue() <= max,
                "a whole number from %d to %d".formatted(min, max)))
        .map(JsonNode::longValue);
  }

  /** A list of texts. An engine would take a single text, too, where we would see no list. */
  Optional<List<String>> texts(String key) {
    return take(key)
        .flatMap(value ->
            take(
                key,
                value.isArray() && value.valueStream().allMatch(Fields::text),
                "a list of texts"))
        .map(value -> value.valueStream().map(JsonNode::textValue).toList());
  }

  /** Whether there is a list of one list of one word, which is this. */
  boolean isOneOf(String key, String word) {
    return take(key)
        .filter(value ->
            value.isArray()
                && value.size() == 1
                && value.get(0).isArray()
                && value.get(0).size() == 1
                && text(value.get(0).get(0))
                && value.get(0).get(0).textValue().equals(word))
        .isPresent();
  }

  /** The object under a key. */
  Optional<Fields> object(String key) {
    return take(key).map(value -> new Fields(at(key), value, problems));
  }

  /** The objects in the list under a key. */
  List<Fields> objects(String key) {
    List<Fields> objects = new ArrayList<>();
    take(key)
        .flatMap(value -> take(key, value.isArray(), "a list"))
        .ifPresent(list -> list.forEach(item -> objects.add(new Fields(at(key), item, problems))));
    return objects;
  }

  /** The names of all fields, where the names are the client's own. */
  List<String> names() {
    return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }

  /** All fields as texts, where the names are the client's own. */
  SortedMap<String, String> entries() {
    SortedMap<String, String> entries = new TreeMap<>();
    for (String name : names()) {
      if (!wellFormed(name)) {
        problems.add(at(name), "as a key", "a text without NUL");
      }
      if (object.path(name).isNull()) {
        refuse(name, "a text");
      }
      text(name).ifPresent(value -> entries.put(name, value));
    }
    return entries;
  }

  /** Keys under which nothing may be said. */
  void nothing(Set<String> keys) {
    for (String key : keys) {
      take(key).ifPresent(value -> refuse(key, "none"));
    }
  }

  /** Keys of which {@code false} says no more than silence does. */
  void atMostFalse(Set<String> keys) {
    for (String key : keys) {
      take(key)
          .filter(value -> !value.isBoolean() || value.booleanValue())
          .ifPresent(value -> refuse(key, "false or none"));
    }
  }

  /** Ends the reading. */
  void refuseOthers() {
    for (String name : names()) {
      if (!known.contains(name)) {
        refuse(name, "no such key");
      }
    }
  }

  private static boolean text(JsonNode value) {
    return value.isTextual() && wellFormed(value.textValue());
  }

  /** Whether a text has one meaning in UTF-8, and does not end early for a program in C. */
  private static boolean wellFormed(String text) {
    return text.codePoints()
        .allMatch(point ->
            point != 0 && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE));
  }
}
