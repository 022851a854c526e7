package io.sluice.schemas.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.event.Counted;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a decision went by, in the order in which it was weighed.
 *
 * @param load the zone's mean per metric, and how many servers stood behind it, as last observed
 * @param reporting how many ready servers had reported anything
 * @param missing ready servers that had not reported, the first of them
 * @param warming ready servers whose load did not count yet, since they were ready for too short
 * @param wishes what each rule wished for
 * @param limiters each limiter that changed the wish, in order; the first starts from the raw wish,
 *     each next one from what the one before left
 * @param backoff why servers that are wanted are not started yet; empty: nothing holds them back
 * @param counted how many were missing and warming; empty: an earlier release decided, or observed
 */
public record Evidence(
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<Metric, Mean> load,
    int reporting,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> missing,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> warming,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Wish> wishes,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Limit> limiters,
    Optional<Backoff> backoff,
    Optional<Counted> counted) {
  /** Nothing was seen, and nobody wished for anything. */
  public static final Evidence NONE =
      new Evidence(
          Collections.emptySortedMap(),
          0,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty());

  /** Copies the collections. */
  public Evidence {
    load = Collections.unmodifiableSortedMap(Mean.among(load, reporting));
    missing = List.copyOf(missing);
    warming = List.copyOf(warming);
    wishes = List.copyOf(wishes);
    limiters = List.copyOf(limiters);
  }

  /** The largest wish that counts: where the limiters start from. Empty: no rule wished. */
  public Optional<Integer> largestWish() {
    return wishes.stream()
        .filter(wish -> !wish.forecastOnly())
        .map(Wish::servers)
        .max(Integer::compare);
  }

  /**
   * What one rule wished for.
   *
   * @param rule which rule, such as {@code threshold cpu}
   * @param servers the wished number, 0 or more
   * @param sentence how it came to that, for people
   * @param forecastOnly true: recorded only, it does not count
   */
  public record Wish(String rule, int servers, String sentence, boolean forecastOnly) {
    /** A wish that counts. */
    public Wish(String rule, int servers, String sentence) {
      this(rule, servers, sentence, false);
    }

    /** Reads a wish of any version: in the first one all wishes counted. */
    @JsonCreator
    static Wish read(
        @JsonProperty("rule") String rule,
        @JsonProperty("servers") int servers,
        @JsonProperty("sentence") String sentence,
        @JsonProperty("forecastOnly") Optional<Boolean> forecastOnly) {
      return new Wish(rule, servers, sentence, forecastOnly.orElse(false));
    }
  }

  /**
   * What one limiter did to the wish.
   *
   * @param limiter which limiter, such as {@code max}
   * @param before the wish that it met
   * @param after the wish that it left
   * @param sentence why, for people
   */
  public record Limit(String limiter, int before, int after, String sentence) {}

  /**
   * Starts that wait, since servers failed early in a row.
   *
   * @param servers how many wanted servers wait
   * @param failures how many failed in a row
   * @param notBefore broker's time before which none is started
   */
  public record Backoff(int servers, int failures, Instant notBefore) {}
}
