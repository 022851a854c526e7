package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The parameters of a call, by type; those that nobody asks for are refused. */
final class Parameters {
  private final SortedMap<String, String> sent;
  private final Problems problems;
  private final Set<String> known = new TreeSet<>();

  Parameters(SortedMap<String, String> sent, Problems problems) {
    this.sent = sent;
    this.problems = problems;
  }

  Optional<String> text(String name) {
    known.add(name);
    return Optional.ofNullable(sent.get(name));
  }

  Optional<Boolean> bool(String name) {
    return text(name)
        .flatMap(value ->
            switch (value) {
              case "true", "1" -> Optional.of(true);
              case "false", "0" -> Optional.of(false);
              default -> {
                problems.add(name, "'%s'".formatted(value), "true or false");
                yield Optional.empty();
              }
            });
  }

  /** A number from 0 to {@code max}. */
  Optional<Integer> whole(String name, int max) {
    Optional<String> value = text(name);
    Optional<Integer> number =
        value
            .filter(digits -> digits.matches("[0-9]{1,10}"))
            .map(Long::valueOf)
            .filter(some -> some <= max)
            .map(Math::toIntExact);
    if (value.isPresent() && number.isEmpty()) {
      problems.add(name, "'%s'".formatted(value.get()), "a number from 0 to " + max);
    }
    return number;
  }

  /** Ends the reading. */
  void refuseOthers() {
    sent.forEach((name, value) -> {
      if (!known.contains(name)) {
        problems.add(
            "parameter " + name,
            "'%s'".formatted(value),
            known.isEmpty() ? "none here" : "one of " + known);
      }
    });
  }

  /** Parameters as the end of a target; empty if there are none. */
  static String written(SortedMap<String, String> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(Parameters::written)
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String written(Map.Entry<String, String> parameter) {
    return parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), UTF_8);
  }
}
