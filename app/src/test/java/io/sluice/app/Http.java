package io.sluice.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Calls to one server under test. */
public final class Http implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final String address;

  /** Calls to the server at this address, such as {@code http://127.0.0.1:5001}. */
  public Http(String address) {
    this.address = address;
  }

  /** What GET answers. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return call("GET", path, "");
  }

  /** What a call with a method and a body answers. */
  public HttpResponse<String> call(String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(request(method, path, body), BodyHandlers.ofString());
  }

  /** What GET will answer. */
  public CompletableFuture<HttpResponse<String>> getLater(String path) {
    return client.sendAsync(request("GET", path, ""), BodyHandlers.ofString());
  }

  /** The lines of an event stream; closing it leaves the stream. */
  public Stream<String> lines(String path) throws IOException, InterruptedException {
    return client.send(request("GET", path, ""), BodyHandlers.ofLines()).body();
  }

  /** The body as JSON. */
  public static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  /** The text as JSON. */
  public static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException("not JSON: " + text, notJson);
    }
  }

  /** The value of a response header, or nothing. */
  public static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private HttpRequest request(String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create(address + path))
        .timeout(TIMEOUT)
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
