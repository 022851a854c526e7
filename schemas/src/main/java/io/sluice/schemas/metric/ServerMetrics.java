package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One server's report of one second.
 *
 * <p>On the wire the values stand beside the other fields, so that a plain program or Telegraf can
 * write and read it: {@code {"zone":"zone1","server":"zone1-1","at":"…","health_status":"healthy",
 * "cpu_usage":12.5,"memory_usage":40,"throughput":3}}. Any further field that is a number is a
 * metric of that name; further fields of other types are ignored.
 *
 * @param server the server that reports; its zone is its id's
 * @param at when it measured, by its own clock; only used to tell a repeated report from a new one
 * @param health what it thinks of its health
 * @param values the measured numbers, all finite
 * @param measurer who measured them; empty: the server itself
 */
@JsonDeserialize(using = ServerMetricsDeserializer.class)
@JsonPropertyOrder({"zone", "server", "at", "health_status"})
public record ServerMetrics(
    ServerId server,
    Instant at,
    @JsonProperty("health_status") HealthStatus health,
    @JsonIgnore SortedMap<Metric, Double> values,
    @JsonProperty("measured_by") Optional<Measurer> measurer) {

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException if a value is not finite
   */
  @JsonCreator
  public ServerMetrics {
    values.forEach((metric, value) -> {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            Sentence.of("%s of server %s is %s: expected a finite number", metric, server, value));
      }
    });
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** What a server measured itself. */
  public ServerMetrics(
      ServerId server, Instant at, HealthStatus health, SortedMap<Metric, Double> values) {
    this(server, at, health, values, Optional.empty());
  }

  /** The zone that the server belongs to. */
  @JsonProperty
  public ZoneId zone() {
    return server.zone();
  }

  @JsonAnyGetter
  Map<String, Double> valuesByWireName() {
    Map<String, Double> named = new TreeMap<>();
    values.forEach((metric, value) -> named.put(metric.wireName(), value));
    return named;
  }
}
