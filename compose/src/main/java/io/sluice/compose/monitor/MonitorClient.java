package io.sluice.compose.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.monitor.MonitorException.Kind;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.http.WholeAnswer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a monitor over HTTP. */
public final class MonitorClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 500;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than a monitor takes to give a question up. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(40);

  /** More than a zone's commands of a day. */
  private static final long ANSWER_BYTES_MAX = 256L << 20;

  private static final int SUCCESS_MIN = 200;
  private static final int SUCCESS_MAX = 299;
  private static final int UNAUTHORIZED = 401;
  private static final int CLIENT_MIN = 400;
  private static final int CLIENT_MAX = 499;
  private static final int PRECONDITION_FAILED = 412;
  private static final int TOO_MANY = 429;

  private final URI monitor;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /** Nothing is asked yet. */
  public MonitorClient(URI monitor) {
    this.monitor = monitor;
  }

  /**
   * A client of whichever of these monitors is asked best: one that hangs is not, nor is a stranger
   * at its port. Of one that listens at least, if none answers; of the first, if none does that.
   *
   * @param monitors at least one
   */
  public static MonitorClient ofBest(List<URI> monitors) {
    try (MonitorSurvey survey = new MonitorSurvey()) {
      return new MonitorClient(
          survey
              .bestOf(monitors)
              .or(() -> monitors.stream().filter(MonitorClient::listens).findFirst())
              .orElse(monitors.getFirst()));
    }
  }

  private static boolean listens(URI monitor) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(monitor.getHost(), monitor.getPort()), CONNECT_MILLIS);
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }

  /**
   * What the monitor answered.
   *
   * @param body as it was sent
   * @param revision the entity tag without its quotes, if there is one
   */
  public record Answer(String body, Optional<String> revision) {
    /** The body as JSON. */
    public JsonNode tree() {
      try {
        return Json.mapper().readTree(body);
      } catch (JsonProcessingException malformed) {
        throw new MonitorException(
            Kind.FAILED,
            "the monitor's answer is not JSON: " + malformed.getOriginalMessage(),
            List.of());
      }
    }
  }

  /** A path below a zone, such as {@code /v1/zones/zone1/policy}. */
  public static String ofZone(String zone, String part) {
    return ofZone(zone) + "/" + part;
  }

  /** The path of a zone, such as {@code /v1/zones/zone1}. */
  public static String ofZone(String zone) {
    return "/v1/zones/" + URLEncoder.encode(zone, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Asks.
   *
   * @param headers of the request
   * @throws MonitorException if there is no good answer
   */
  public Answer ask(String method, String path, String body, Map<String, String> headers) {
    return ask(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /**
   * Asks with a body that need not be text.
   *
   * @param headers of the request
   * @throws MonitorException if there is no good answer
   */
  public Answer ask(String method, String path, byte[] body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(monitor.resolve(path))
            .timeout(ANSWER_TIMEOUT)
            .method(
                method,
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<String> response = send(request.build());
    if (response.statusCode() < SUCCESS_MIN || response.statusCode() > SUCCESS_MAX) {
      throw refusal(response);
    }
    return new Answer(
        response.body(), response.headers().firstValue("ETag").map(tag -> tag.replace("\"", "")));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return WholeAnswer.to(
          http, request, HttpResponse.BodyHandlers.ofString(), ANSWER_BYTES_MAX, ANSWER_TIMEOUT);
    } catch (IOException unreachable) {
      throw new MonitorException(
          "no monitor answers at %s: is the cluster running, and is this its port?"
              .formatted(monitor),
          unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MonitorException("interrupted while asking " + monitor, interrupted);
    }
  }

  private MonitorException refusal(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status == UNAUTHORIZED) {
      return new MonitorException(
          Kind.REFUSED,
          "the monitor at %s does not accept this token: is the file that of its cluster?"
              .formatted(monitor),
          List.of());
    }
    boolean ours =
        status >= CLIENT_MIN
            && status <= CLIENT_MAX
            && status != PRECONDITION_FAILED
            && status != TOO_MANY;
    Kind kind = ours ? Kind.REFUSED : Kind.FAILED;
    try {
      JsonNode problem = Json.mapper().readTree(response.body());
      List<Problem> problems = new ArrayList<>();
      for (JsonNode error : problem.path("errors")) {
        problems.add(
            new Problem(
                error.path("path").asText(),
                error.path("value").asText(),
                error.path("expected").asText()));
      }
      if (!problems.isEmpty()) {
        return new MonitorException(kind, "refused by the monitor", problems);
      }
      if (problem.hasNonNull("detail")) {
        return new MonitorException(kind, problem.get("detail").asText(), problems);
      }
    } catch (JsonProcessingException notOfAMonitor) {
      // Told below, with the status as all that is known.
      return unexplained(status);
    }
    return unexplained(status);
  }

  private MonitorException unexplained(int status) {
    return new MonitorException(
        Kind.FAILED,
        "%s answered with status %d and no reason: is it a monitor?".formatted(monitor, status),
        List.of());
  }

  @Override
  public void close() {
    http.close();
  }
}
