package io.sluice.provisioner.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.http.WholeAnswer;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A history that is asked in PromQL by Prometheus' own <a
 * href="https://prometheus.io/docs/prometheus/latest/querying/api/">HTTP API</a>. A field of a
 * measurement is a series of the name {@code measurement_field} there.
 */
final class PrometheusHistory implements LoadHistory {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** A year of a zone's load is some megabytes. */
  private static final long ANSWER_BYTES_MAX = 64L << 20;

  private static final String PREFIX = Points.MEASUREMENT + "_";

  private final URI url;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  PrometheusHistory(URI url) {
    this.url = url;
  }

  @Override
  public SortedMap<String, List<Point>> load(ZoneId zone, Span span) {
    SortedMap<String, List<Point>> load = new TreeMap<>();
    String all = "{__name__=~\"%s.+\",%s=\"%s\"}".formatted(PREFIX, Points.ZONE, zone);
    Map<String, String> range =
        Map.of(
            "start", seconds(span.from()),
            "end", seconds(span.to()),
            "match[]", all);
    for (JsonNode name : ask("/api/v1/label/__name__/values", range)) {
      String metric = name.asText().substring(PREFIX.length());
      if (!metric.equals(Points.HEALTH)) {
        List<Point> points = series(name.asText(), zone, span);
        if (!points.isEmpty()) {
          load.put(metric, points);
        }
      }
    }
    return load;
  }

  private List<Point> series(String name, ZoneId zone, Span span) {
    long step = span.step().toSeconds();
    String query =
        "avg(avg_over_time(%s{%s=\"%s\"}[%ds]))".formatted(name, Points.ZONE, zone, step);
    JsonNode found =
        ask(
            "/api/v1/query_range",
            Map.of(
                "query",
                query,
                "start",
                seconds(span.from().plusSeconds(step)),
                "end",
                seconds(span.to()),
                "step",
                step + "s"));
    List<Point> points = new ArrayList<>();
    for (JsonNode pair : found.at("/result/0/values")) {
      points.add(
          new Point(
              Instant.ofEpochMilli(Math.round(pair.path(0).asDouble() * 1000)),
              pair.path(1).asDouble()));
    }
    return points;
  }

  private static String seconds(Instant at) {
    return "%d.%03d".formatted(at.getEpochSecond(), at.getNano() / 1_000_000);
  }

  /** The data of an answer. */
  private JsonNode ask(String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(entry ->
                URLEncoder.encode(entry.getKey(), UTF_8)
                    + "="
                    + URLEncoder.encode(entry.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest question =
        HttpRequest.newBuilder(url.resolve(path + "?" + query)).timeout(PATIENCE).build();
    try {
      HttpResponse<String> answer =
          WholeAnswer.to(
              http, question, HttpResponse.BodyHandlers.ofString(), ANSWER_BYTES_MAX, PATIENCE);
      JsonNode tree = Json.mapper().readTree(answer.body());
      if (answer.statusCode() != 200 || !"success".equals(tree.path("status").asText())) {
        throw unasked("%d %s".formatted(answer.statusCode(), tree.path("error").asText()));
      }
      return tree.path("data");
    } catch (JsonProcessingException malformed) {
      throw unasked("its answer is no JSON: " + malformed.getOriginalMessage());
    } catch (IOException failed) {
      throw new HistoryException(
          "the history at %s can't be asked: %s".formatted(url, failed), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new HistoryException("interrupted while the history was asked", interrupted);
    }
  }

  private HistoryException unasked(String why) {
    return new HistoryException("the history at %s can't be asked: %s".formatted(url, why));
  }

  @Override
  public void close() {
    http.close();
  }
}
