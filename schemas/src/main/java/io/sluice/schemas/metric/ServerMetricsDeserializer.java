package io.sluice.schemas.metric;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.sluice.schemas.codec.InstantText;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the flat form of {@link ServerMetrics} in one pass over the tokens. */
final class ServerMetricsDeserializer extends StdDeserializer<ServerMetrics> {
  private static final long serialVersionUID = 1;

  ServerMetricsDeserializer() {
    super(ServerMetrics.class);
  }

  @Override
  public ServerMetrics deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return context.reportInputMismatch(this, "metrics: expected a JSON object");
    }
    @Nullable String server = null;
    @Nullable String zone = null;
    @Nullable String at = null;
    HealthStatus health = HealthStatus.HEALTHY;
    Optional<Measurer> measurer = Optional.empty();
    SortedMap<Metric, Double> values = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (name) {
        case "server" -> server = parser.getValueAsString();
        case "zone" -> zone = parser.getValueAsString();
        case "at" -> at = parser.getValueAsString();
        case "health_status" -> health = health(parser, token);
        case "measured_by" -> measurer = Measurer.of(word(parser, token));
        default -> number(parser, name, token, values);
      }
    }
    if (server == null || at == null) {
      return context.reportInputMismatch(
          this, "metrics: field '%s' is missing", server == null ? "server" : "at");
    }
    try {
      ServerMetrics metrics =
          new ServerMetrics(ServerId.of(server), InstantText.parse(at), health, values, measurer);
      if (zone != null && !zone.equals(metrics.zone().value())) {
        return context.reportInputMismatch(
            this, "metrics: zone '%s' is not the zone of server '%s'", zone, server);
      }
      return metrics;
    } catch (IllegalArgumentException | DateTimeParseException malformed) {
      return context.reportInputMismatch(this, "metrics: %s", malformed.getMessage());
    }
  }

  private static HealthStatus health(JsonParser parser, JsonToken token) throws IOException {
    return HealthStatus.of(word(parser, token));
  }

  private static String word(JsonParser parser, JsonToken token) throws IOException {
    String word = token == JsonToken.VALUE_STRING ? parser.getText() : "";
    parser.skipChildren();
    return word;
  }

  private static void number(
      JsonParser parser, String name, JsonToken token, SortedMap<Metric, Double> values)
      throws IOException {
    if (token.isNumeric() && Metric.isWireName(name)) {
      Metric metric = Metric.ofWireName(name);
      // Whoever sends cpu beside cpu_usage means something else by it, in whatever order.
      if (metric.wireName().equals(name) || !values.containsKey(metric)) {
        values.put(metric, parser.getDoubleValue());
      }
    } else {
      parser.skipChildren();
    }
  }
}
