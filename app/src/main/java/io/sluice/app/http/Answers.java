package io.sluice.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ServerId;

/** Writes answers: JSON, problem documents, and bytes with their media type. */
final class Answers {
  static final String JSON = "application/json";
  static final Header NO_STORE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
  private static final String PROBLEM = "application/problem+json";

  private final ServerId server;

  Answers(ServerId server) {
    this.server = server;
  }

  ServerId server() {
    return server;
  }

  void json(ServerRequest request, ServerResponse response, Object value) {
    response.header(NO_STORE);
    bytes(request, response, JSON, encoded(value));
  }

  void problem(ServerRequest request, ServerResponse response, Status status, String detail) {
    response.status(status).header(NO_STORE);
    bytes(request, response, PROBLEM, encoded(Problem.of(status, detail, server)));
  }

  /** Sends the bytes, or for HEAD only what GET would say of them. */
  void bytes(ServerRequest request, ServerResponse response, String mediaType, byte[] body) {
    response.header(HeaderNames.CONTENT_TYPE, mediaType);
    response.header(HeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
      response.send();
    } else {
      response.send(body);
    }
  }

  void text(ServerRequest request, ServerResponse response, String mediaType, String body) {
    bytes(request, response, mediaType, body.getBytes(UTF_8));
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
