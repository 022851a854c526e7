package io.sluice.compose.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks monitors how they are, all at the same time. */
public final class MonitorSurvey implements AutoCloseable {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);
  private static final int OK = 200;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_TIMEOUT)
          .build();

  /**
   * How a monitor is.
   *
   * @param id its number
   * @param url where it answers
   * @param phase what it does, such as {@code leading} or {@code following}
   * @param leader whom it takes for the leader; empty: nobody
   * @param kafka whether Kafka answers it
   * @param warnings what is wrong and no outage, such as Redis out of reach
   */
  public record Line(
      int id,
      URI url,
      String phase,
      Optional<Integer> leader,
      boolean kafka,
      List<String> warnings) {
    /** Copies the list. */
    public Line {
      warnings = List.copyOf(warnings);
    }
  }

  /** How those of these monitors are that answer, in their order. */
  public List<Line> of(List<URI> monitors) {
    List<Line> lines = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<Line>>> asked =
          monitors.stream().map(monitor -> threads.submit(() -> ask(monitor))).toList();
      for (Future<Optional<Line>> answer : asked) {
        answer.get().ifPresent(lines::add);
      }
    } catch (ExecutionException failed) {
      throw new MonitorException("a monitor can't be asked", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MonitorException("interrupted while asking monitors", interrupted);
    }
    return lines;
  }

  private Optional<Line> ask(URI monitor) throws InterruptedException {
    try {
      JsonNode alive = json(monitor.resolve("/alive"));
      JsonNode standing = json(monitor.resolve("/election"));
      JsonNode health = json(monitor.resolve("/observe/health"));
      List<String> warnings = new ArrayList<>();
      for (JsonNode check : health.path("checks")) {
        JsonNode warning = check.at("/data/warning");
        if (warning.isTextual()) {
          warnings.add(check.path("name").asText() + ": " + warning.asText());
        }
      }
      return Optional.of(
          new Line(
              alive.path("id").asInt(),
              monitor,
              standing.path("phase").asText(),
              Optional.of(standing.path("leader").asInt()).filter(leader -> leader > 0),
              standing.path("kafka").asBoolean(),
              warnings));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  private JsonNode json(URI place) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(place).timeout(ANSWER_TIMEOUT).build(),
            HttpResponse.BodyHandlers.ofString());
    // A monitor that is not well answers with 503, and tells why.
    boolean told = answer.statusCode() == OK || place.getPath().startsWith("/observe/");
    if (!told) {
      throw new IOException("%s answered with %d".formatted(place, answer.statusCode()));
    }
    return Json.mapper().readTree(answer.body());
  }

  @Override
  public void close() {
    http.close();
  }
}
