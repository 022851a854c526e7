package io.sluice.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One object of a configuration tree, which takes note of what is wrong instead of stopping at the
 * first error. A method that finds a problem notes it and answers with the default, so that reading
 * goes on; {@link #orThrow} then refuses the whole. A section is used by one thread.
 */
public final class Section {
  private final String path;
  private final JsonNode node;
  private final List<Problem> problems;
  private final Map<String, String> environment;
  private final Set<String> known = new TreeSet<>();
  private final List<Section> children = new ArrayList<>();

  private Section(
      String path, JsonNode node, List<Problem> problems, Map<String, String> environment) {
    this.path = path;
    this.node = node;
    this.problems = problems;
    this.environment = environment;
  }

  /** The root of a parsed tree; anything but an object is a problem, an absent tree is empty. */
  public static Section root(JsonNode tree) {
    return root(tree, Map.of());
  }

  /**
   * The root of a parsed tree some of whose values are overridden by environment variables: {@code
   * SLUICE_PORT_OFFSET} stands for {@code portOffset}, {@code SLUICE_ZONES_ZONE1_IMAGE} for {@code
   * zones.zone1.image}.
   */
  public static Section root(JsonNode tree, Map<String, String> environment) {
    Section root = new Section("", tree, new ArrayList<>(), Map.copyOf(environment));
    if (!tree.isObject() && !tree.isMissingNode() && !tree.isNull()) {
      root.problems.add(new Problem("(root)", text(tree), "an object"));
    }
    return root;
  }

  /** The root of a tree given as key-value pairs, such as environment variables. */
  public static Section ofValues(Map<String, String> values) {
    return root(Json.mapper().valueToTree(values));
  }

  /** The text under the key. */
  public String string(String key, String byDefault) {
    return string(key).orElse(byDefault);
  }

  /** The text under the key, if there is any. */
  public Optional<String> string(String key) {
    JsonNode value = take(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isValueNode()) {
      note(key, text(value), "a text");
      return Optional.empty();
    }
    if (value instanceof WrittenNumber) {
      note(key, text(value), "a text: in quotes, since YAML would change the number");
      return Optional.empty();
    }
    return Optional.of(value.asText());
  }

  /** The token under the key, if there is any; one that no header can carry is noted. */
  public Optional<String> token(String key) {
    Optional<String> token = string(key);
    token.flatMap(HeaderText::objection).ifPresent(found -> note(key, found, HeaderText.EXPECTED));
    return token;
  }

  /** A value of any type that has a text form. */
  public <T> Optional<T> value(String key, Function<String, T> parse) {
    return string(key)
        .flatMap(text -> {
          try {
            return Optional.of(parse.apply(text));
          } catch (IllegalArgumentException malformed) {
            note(key, "'" + text + "'", Problem.expectation(malformed));
            return Optional.empty();
          }
        });
  }

  /** An integer from {@code min} to {@code max}, both included. */
  public int integer(String key, int byDefault, int min, int max) {
    return number(
            key,
            text -> Numbers.integer(text).flatMap(value -> Numbers.within(value, min, max)),
            String.format(Locale.ROOT, "an integer from %d to %d", min, max))
        .orElse(byDefault);
  }

  /** A number from {@code min} to {@code max}, both included. */
  public double decimal(String key, double byDefault, double min, double max) {
    return number(
            key,
            text -> Numbers.within(Numbers.decimal(text), min, max),
            "a number from " + min + " to " + max)
        .orElse(byDefault);
  }

  private <N> Optional<N> number(String key, Function<String, Optional<N>> parse, String expected) {
    Optional<String> text =
        take(key) instanceof WrittenNumber written ? Optional.of(written.asText()) : string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<N> number = Numbers.parsed(text.get().strip(), parse);
    if (number.isEmpty()) {
      note(key, "'" + text.get() + "'", expected);
    }
    return number;
  }

  /** A duration from {@code min} to {@code max}, both included. */
  public Duration duration(String key, Duration byDefault, Duration min, Duration max) {
    Optional<String> text = string(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    Optional<Duration> value = Durations.parse(text.get());
    if (value.isPresent() && value.get().compareTo(min) >= 0 && value.get().compareTo(max) <= 0) {
      return value.get();
    }
    note(
        key,
        "'" + text.get() + "'",
        Sentence.of(
            "a duration from %s to %s, such as 10s, 5m or PT10S",
            Durations.format(min), Durations.format(max)));
    return byDefault;
  }

  /** {@code true} or {@code false}. */
  public boolean bool(String key, boolean byDefault) {
    return value(
            key,
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new IllegalArgumentException("expected true or false");
                })
        .orElse(byDefault);
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String key, E byDefault) {
    List<E> all = Arrays.asList(byDefault.getDeclaringClass().getEnumConstants());
    Optional<String> text = string(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    for (E constant : all) {
      if (wireName(constant).equals(text.get())) {
        return constant;
      }
    }
    note(
        key,
        "'" + text.get() + "'",
        "one of " + all.stream().map(Section::wireName).collect(Collectors.joining(", ")));
    return byDefault;
  }

  /** The object under the key; an empty one if there is none. */
  public Section section(String key) {
    return child(key, take(key));
  }

  /** The objects in the list under the key, in their order. */
  public List<Section> list(String key) {
    JsonNode value = take(key);
    List<Section> sections = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return sections;
    }
    if (!value.isArray()) {
      note(key, text(value), "a list");
      return sections;
    }
    for (int i = 0; i < value.size(); i++) {
      sections.add(child(key + "[" + i + "]", value.get(i)));
    }
    return sections;
  }

  /** The objects under this section's keys, by key: for maps whose keys the user chooses. */
  public Map<String, Section> entries() {
    Map<String, Section> entries = new LinkedHashMap<>();
    node.fieldNames().forEachRemaining(name -> entries.put(name, section(name)));
    return entries;
  }

  /** The texts under those of this section's keys that nobody has asked for yet, by key. */
  public Map<String, String> strings() {
    Map<String, String> texts = new LinkedHashMap<>();
    node.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !known.contains(name))
        .forEach(name -> string(name).ifPresent(text -> texts.put(name, text)));
    return texts;
  }

  /**
   * The texts under names that have dots and are of lower case, such as Kafka's: {@code
   * SLUICE_KAFKA_SECURITY_PROTOCOL} stands for {@code security.protocol} below the key {@code
   * kafka}, whether or not the tree names it. Some are passwords, so problems show no values.
   */
  public Map<String, String> dotted(String key) {
    known.add(key);
    Map<String, String> texts = new LinkedHashMap<>(DottedTexts.of(this, key, node.path(key)));
    texts.putAll(Variables.below(at(key), environment));
    return texts;
  }

  /** Whether something stands under the key. */
  public boolean has(String key) {
    return node.hasNonNull(key) || environment.containsKey(Variables.name(at(key)));
  }

  /** Notes a problem that only the caller can see, such as two values that contradict. */
  public void note(String key, String value, String expected) {
    problems.add(new Problem(at(key), value, expected));
  }

  /** All problems found so far, in this section and every other of the same tree. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /**
   * Ends the reading of the whole tree: keys that nobody asked for are problems too.
   *
   * @param source the file or call that the tree came from
   * @throws ConfigException if anything is wrong
   */
  public void orThrow(String source) {
    noteUnknownKeys();
    if (!problems.isEmpty()) {
      throw new ConfigException(source, problems);
    }
  }

  /** Leaves this object's other keys alone, since what they mean could not be found out. */
  public void ignoreUnknownKeys() {
    node.fieldNames().forEachRemaining(known::add);
  }

  private void noteUnknownKeys() {
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            problems.add(new Problem(at(name), "unknown", "one of " + String.join(", ", known)));
          }
        });
    children.forEach(Section::noteUnknownKeys);
  }

  private JsonNode take(String key) {
    known.add(key);
    String override = environment.get(Variables.name(at(key)));
    return override == null ? node.path(key) : TextNode.valueOf(override);
  }

  private Section child(String key, JsonNode value) {
    boolean absent = value.isMissingNode() || value.isNull();
    if (!absent && !value.isObject()) {
      note(key, text(value), "an object");
    }
    Section child =
        new Section(
            at(key), value.isObject() ? value : MissingNode.getInstance(), problems, environment);
    children.add(child);
    return child;
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(JsonNode value) {
    String text = value instanceof WrittenNumber ? value.asText() : value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
