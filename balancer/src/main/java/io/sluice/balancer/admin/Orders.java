package io.sluice.balancer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.member.Addresses;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Reads the bodies of orders; what is wrong becomes a {@link Problem} that says what was expected.
 */
final class Orders {
  private static final String SERVERS = "{\"adds\":[\"http://host:port\"],\"deletes\":[]}";
  private static final String MAINTENANCE = "{\"on\":true}";
  private static final String MONITOR = "{\"url\":\"http://host:port\"}";

  private Orders() {}

  /** A change of the servers. */
  record Change(List<URI> adds, List<URI> deletes) {}

  static Change change(byte[] body) {
    JsonNode tree = object(body, SERVERS, Set.of("adds", "deletes"));
    Change change =
        new Change(
            addresses(tree.path("adds"), "adds"), addresses(tree.path("deletes"), "deletes"));
    for (URI added : change.adds()) {
      if (change.deletes().contains(added)) {
        throw Problem.badRequest(
            "address '%s': stands in adds and deletes, expected one of them".formatted(added));
      }
    }
    return change;
  }

  static URI monitor(byte[] body) {
    JsonNode url = object(body, MONITOR, Set.of("url")).path("url");
    return address(url, "url", Addresses::requireHostAndPort);
  }

  static boolean maintenance(byte[] body) {
    JsonNode on = object(body, MAINTENANCE, Set.of("on")).path("on");
    if (!on.isBoolean()) {
      throw Problem.badRequest("on is %s, expected %s".formatted(on, MAINTENANCE));
    }
    return on.booleanValue();
  }

  private static JsonNode object(byte[] body, String expected, Set<String> keys) {
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(body);
    } catch (JsonProcessingException malformed) {
      throw Problem.badRequest(
          "body is not JSON (%s), expected %s".formatted(malformed.getOriginalMessage(), expected));
    } catch (java.io.IOException unreadable) {
      throw Problem.badRequest("body can't be read, expected " + expected);
    }
    if (!tree.isObject()) {
      throw Problem.badRequest("body is not an object, expected " + expected);
    }
    Set<String> unknown = new TreeSet<>();
    tree.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(keys);
    if (!unknown.isEmpty() || tree.isEmpty()) {
      throw Problem.badRequest("fields %s, expected %s".formatted(unknown, expected));
    }
    return tree;
  }

  private static List<URI> addresses(JsonNode list, String field) {
    if (list.isMissingNode()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw Problem.badRequest("%s is not a list, expected %s".formatted(field, SERVERS));
    }
    List<URI> addresses = new ArrayList<>();
    list.forEach(entry -> addresses.add(address(entry, field, Addresses::requireServer)));
    return addresses;
  }

  private static URI address(JsonNode text, String field, BiFunction<URI, String, URI> check) {
    if (!text.isTextual()) {
      throw Problem.badRequest("%s holds %s, expected http://host:port".formatted(field, text));
    }
    try {
      return check.apply(URI.create(text.asText()), field);
    } catch (IllegalArgumentException malformed) {
      throw Problem.badRequest(
          "%s holds '%s', expected http://host:port".formatted(field, text.asText()));
    }
  }
}
