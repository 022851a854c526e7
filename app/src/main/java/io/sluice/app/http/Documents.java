package io.sluice.app.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The files that come with the server: the page with its style and script, and its OpenAPI. */
final class Documents {
  /** The page loads nothing from elsewhere, runs no inline script and can't be framed. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Header NO_CACHE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");

  private final Answers answers;
  private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

  Documents(Answers answers) {
    this.answers = answers;
  }

  void page(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.create("Content-Security-Policy"), CONTENT_SECURITY_POLICY);
    response.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
    send(request, response, "text/html; charset=utf-8", "/page/index.html");
  }

  void style(ServerRequest request, ServerResponse response) {
    send(request, response, "text/css; charset=utf-8", "/page/app.css");
  }

  void script(ServerRequest request, ServerResponse response) {
    send(request, response, "text/javascript; charset=utf-8", "/page/app.js");
  }

  void openApi(ServerRequest request, ServerResponse response) {
    send(request, response, "application/yaml; charset=utf-8", "/openapi/app.yaml");
  }

  private void send(
      ServerRequest request, ServerResponse response, String mediaType, String resource) {
    response.header(NO_CACHE);
    answers.bytes(request, response, mediaType, loaded.computeIfAbsent(resource, Documents::load));
  }

  private static byte[] load(String resource) {
    try (InputStream in = Documents.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource %s: is missing, expected in the jar".formatted(resource));
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("resource %s can't be read".formatted(resource), unreadable);
    }
  }
}
