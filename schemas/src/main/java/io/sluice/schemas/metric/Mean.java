package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.sluice.schemas.text.Sentence;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a zone's servers reported of one metric.
 *
 * @param value the mean over those servers of each one's own mean
 * @param servers how many servers reported this metric, 0 or more
 * @param measurers who measured it; empty: the servers themselves
 */
@JsonDeserialize(using = MeanDeserializer.class)
public record Mean(
    @JsonProperty("mean") double value,
    int servers,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Measurer> measurers) {
  /** Stands for a number of servers that an earlier release did not record. */
  static final int UNSAID = -1;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the number of servers is negative
   */
  public Mean {
    if (servers < UNSAID) {
      throw new IllegalArgumentException(
          Sentence.of("mean of %d servers: expected 0 or more", servers));
    }
    measurers = List.copyOf(measurers);
  }

  /** What so many servers reported by themselves. */
  public Mean(double value, int servers) {
    this(value, servers, List.of());
  }

  /** Whether balancers measured it, from outside of the servers that bear it. */
  public boolean byBalancers() {
    return measurers.contains(Measurer.BALANCER);
  }

  /** The means that one number of servers reported all of. */
  public static SortedMap<Metric, Mean> all(Map<Metric, Double> means, int servers) {
    SortedMap<Metric, Mean> load = new TreeMap<>();
    means.forEach((metric, mean) -> load.put(metric, new Mean(mean, Math.max(0, servers))));
    return load;
  }

  /** The means alone. */
  public static SortedMap<Metric, Double> values(Map<Metric, Mean> load) {
    SortedMap<Metric, Double> values = new TreeMap<>();
    load.forEach((metric, mean) -> values.put(metric, mean.value()));
    return values;
  }

  /**
   * A load whose records may be of an earlier release, which told only how many servers reported
   * anything: there they stand behind each mean.
   */
  public static SortedMap<Metric, Mean> among(SortedMap<Metric, Mean> load, int reporting) {
    SortedMap<Metric, Mean> said = new TreeMap<>(load);
    said.replaceAll((metric, mean) ->
        mean.servers == UNSAID
            ? new Mean(mean.value, Math.max(0, reporting), mean.measurers)
            : mean);
    return said;
  }
}
