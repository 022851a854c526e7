package io.sluice.provisioner.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.codec.Json;

/** The forms in which a monitor answers. */
final class Answers {
  static final String JSON = "application/json";
  static final String YAML = "application/yaml";
  static final String SCHEMA = "application/schema+json";
  static final String PROBLEM = "application/problem+json";

  private Answers() {}

  /** Sends JSON in which nothing stands that the caller may not see. */
  static void json(ServerRequest request, ServerResponse response, Object value) {
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    send(response, JSON, encoded(shown(Caller.of(request), value)));
  }

  /** What the caller may see of a value. */
  static JsonNode shown(Caller caller, Object value) {
    JsonNode tree = Json.mapper().valueToTree(value);
    if (!caller.operator()) {
      Environments.hide(tree);
    }
    return tree;
  }

  static void problem(ServerResponse response, Status status, Problem problem) {
    response.status(status);
    send(response, PROBLEM, encoded(problem));
  }

  static void send(ServerResponse response, String mediaType, byte[] body) {
    response.header(HeaderNames.CONTENT_TYPE, mediaType);
    response.send(body);
  }

  static byte[] encoded(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException(
          "%s can't be written as JSON".formatted(value.getClass().getSimpleName()), unwritable);
    }
  }
}
