package io.sluice.compose.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Two JSON objects beside each other, field by field; what differs is marked. */
public final class SideBySide {
  private static final int COLUMN = 48;
  private static final String NOTHING = "-";

  private SideBySide() {}

  /** The lines, under a heading. Of two objects only the fields that differ are shown. */
  public static List<String> lines(Optional<String> expected, Optional<String> found) {
    Map<String, String> left = fields(expected);
    Map<String, String> right = fields(found);
    Map<String, String> names = new TreeMap<>(left);
    names.putAll(right);
    boolean both = expected.isPresent() && found.isPresent();
    List<String> lines = new ArrayList<>();
    int width = names.keySet().stream().mapToInt(String::length).max().orElse(0);
    lines.add(row(width, "", "expected", "found"));
    for (String name : names.keySet()) {
      String one = left.getOrDefault(name, NOTHING);
      String other = right.getOrDefault(name, NOTHING);
      if (!both || !one.equals(other)) {
        addRows(lines, width, name, one, other);
      }
    }
    return lines;
  }

  private static void addRows(
      List<String> lines, int width, String name, String left, String right) {
    int length = Math.max(1, Math.max(left.length(), right.length()));
    for (int from = 0; from < length; from += COLUMN) {
      lines.add(row(width, from == 0 ? name : "", part(left, from), part(right, from)));
    }
  }

  private static String part(String text, int from) {
    return text.substring(Math.min(from, text.length()), Math.min(from + COLUMN, text.length()));
  }

  private static String row(int width, String name, String left, String right) {
    return ("%-" + Math.max(1, width) + "s  %-" + COLUMN + "s  %s")
        .formatted(name, left, right)
        .stripTrailing();
  }

  private static Map<String, String> fields(Optional<String> text) {
    Map<String, String> fields = new TreeMap<>();
    if (text.isPresent()) {
      try {
        flatten("", Json.mapper().readTree(text.get()), fields);
      } catch (JsonProcessingException malformed) {
        fields.put("text", text.get());
      }
    }
    return fields;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> fields) {
    if (node.isContainerNode() && !node.isEmpty()) {
      node.properties()
          .forEach(field ->
              flatten(
                  path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                  field.getValue(),
                  fields));
      for (int index = 0; node.isArray() && index < node.size(); index++) {
        flatten("%s[%d]".formatted(path, index), node.get(index), fields);
      }
    } else {
      fields.put(path, node.isTextual() ? node.asText() : node.toString());
    }
  }
}
