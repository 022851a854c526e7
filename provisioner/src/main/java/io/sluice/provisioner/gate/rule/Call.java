package io.sluice.provisioner.gate.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A call to an engine.
 *
 * @param method its method
 * @param path its path, as it was sent
 * @param query the decoded parameters
 * @param body what came with it; empty: nothing
 */
public record Call(String method, String path, Map<String, String> query, String body) {
  /** Copies the parameters. */
  public Call {
    query = Collections.unmodifiableSortedMap(new TreeMap<>(query));
  }

  /**
   * A call by the target of its request line.
   *
   * @throws IllegalArgumentException if a parameter can't be decoded, or comes twice
   */
  public static Call of(String method, String target, String body) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    Map<String, String> query = new TreeMap<>();
    if (mark >= 0) {
      for (String pair : target.substring(mark + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        String key = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        if (!key.isEmpty() && query.put(key, value) != null) {
          // What the gate and the engine could read in two ways.
          throw new IllegalArgumentException(
              "parameter '%s' comes twice: expected once".formatted(key));
        }
      }
    }
    return new Call(method, path, query, body);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }

  /** A parameter; empty if it is not there. */
  String parameter(String name) {
    return query.getOrDefault(name, "");
  }
}
