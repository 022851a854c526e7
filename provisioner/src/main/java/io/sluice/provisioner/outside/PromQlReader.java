package io.sluice.provisioner.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.outside.OutsideSource.Place;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.http.WholeAnswer;
import io.sluice.schemas.text.Sentence;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * The only value of a query in PromQL, by Prometheus' <a
 * href="https://prometheus.io/docs/prometheus/latest/querying/api/">HTTP API</a>, which
 * VictoriaMetrics and others have, too.
 */
final class PromQlReader implements FigureReader {
  private final HttpRequest question;
  private final HttpClient http;

  PromQlReader(Place.PromQl at, HttpClient http) {
    this.http = http;
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(
                URI.create(
                    at.url() + "/api/v1/query?query=" + URLEncoder.encode(at.query(), UTF_8)))
            .timeout(ANSWER_MAX);
    at.token().ifPresent(token -> builder.header("Authorization", "Bearer " + token.text()));
    this.question = builder.build();
  }

  @Override
  public Figure ask() throws InterruptedException {
    try {
      HttpResponse<String> answer =
          WholeAnswer.to(
              http, question, HttpResponse.BodyHandlers.ofString(), WholeAnswer.SMALL, ANSWER_MAX);
      return figure(answer.statusCode(), answer.body());
    } catch (IOException failed) {
      return new Figure.Unknown("the query can't be asked: " + failed);
    }
  }

  /** The figure that an answer has. */
  static Figure figure(int status, String body) {
    try {
      return figure(status, Json.mapper().readTree(body));
    } catch (JsonProcessingException malformed) {
      return new Figure.Unknown(
          Sentence.of(
              "the query was answered with status %d and what is no JSON: %s",
              status, malformed.getOriginalMessage()));
    }
  }

  private static Figure figure(int status, JsonNode tree) {
    if (status != 200 || !"success".equals(tree.path("status").asText())) {
      return new Figure.Unknown(
          Sentence.of(
              "the query failed with status %d: %s",
              status, tree.path("error").asText("(nothing said)")));
    }
    if (tree.path("isPartial").asBoolean()) {
      return new Figure.Unknown("the query was answered by a part of the database only");
    }
    JsonNode data = tree.path("data");
    JsonNode result = data.path("result");
    String type = data.path("resultType").asText("(nothing)");
    if (type.equals("scalar")) {
      return value(result);
    }
    if (!type.equals("vector")) {
      return new Figure.Unknown(
          "the query gives a " + type + ": expected a scalar or a vector of one series");
    }
    if (result.size() != 1) {
      return new Figure.Unknown(
          Sentence.of("the query gives %d series: expected one, as sum(…) does", result.size()));
    }
    return value(result.path(0).path("value"));
  }

  /** Of a pair of a time and a value; the API writes values as texts. */
  private static Figure value(JsonNode pair) {
    String text = pair.path(1).asText();
    return switch (text) {
      case "NaN", "+Inf", "-Inf" ->
          new Figure.Unknown("the query gives " + text + ": expected a number");
      default -> {
        try {
          yield Figure.of(Double.parseDouble(text));
        } catch (NumberFormatException none) {
          yield new Figure.Unknown(
              "the query gives '" + Sentence.shown(text) + "': expected a number");
        }
      }
    };
  }

  /** The client is shared. */
  @Override
  public void close() {}
}
