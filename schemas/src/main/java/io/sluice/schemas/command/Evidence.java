package io.sluice.schemas.command;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Metric;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a decision went by, in the order in which it was weighed.
 *
 * @param load the zone's mean per metric, as last observed
 * @param reporting how many ready servers stood behind the means
 * @param missing ready servers that had not reported
 * @param wishes what each rule wished for
 * @param limiters each limiter that changed the wish, in order; the first starts from the raw wish,
 *     each next one from what the one before left
 */
public record Evidence(
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<Metric, Double> load,
    int reporting,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> missing,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Wish> wishes,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Limit> limiters) {
  /** Copies the collections. */
  public Evidence {
    load = Collections.unmodifiableSortedMap(new TreeMap<>(load));
    missing = List.copyOf(missing);
    wishes = List.copyOf(wishes);
    limiters = List.copyOf(limiters);
  }

  /**
   * What one rule wished for.
   *
   * @param rule which rule, such as {@code threshold cpu}
   * @param servers the wished number, 0 or more
   * @param sentence how it came to that, for people
   */
  public record Wish(String rule, int servers, String sentence) {}

  /**
   * What one limiter did to the wish.
   *
   * @param limiter which limiter, such as {@code max}
   * @param before the wish that it met
   * @param after the wish that it left
   * @param sentence why, for people
   */
  public record Limit(String limiter, int before, int after, String sentence) {}
}
