package io.sluice.schemas.metric;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One balancer's report of one second of a zone's traffic. It lies in the topic of the servers'
 * reports, under the key of its zone, and begins with its {@code balancer}, by which it is told
 * from theirs.
 *
 * @param balancer who reports
 * @param zone the zone whose traffic it is; the key of the record
 * @param at when it counted, by its own clock; for people
 * @param seconds how long it counted, more than 0
 * @param traffic what it counted in the whole zone
 * @param servers what it counted of each server, of the first {@value #SERVERS_MAX} that it knows
 * @param known to how many servers it may give requests, also if not all are listed
 * @param last whether it reports no more after this
 */
@JsonPropertyOrder({"balancer", "version", "zone", "at"})
public record BalancerMetrics(
    Reporter balancer,
    ZoneId zone,
    Instant at,
    double seconds,
    Traffic traffic,
    SortedMap<ServerId, OfServer> servers,
    int known,
    boolean last) {
  /** More servers are not listed, so that a record stays far below a megabyte. */
  public static final int SERVERS_MAX = 2_000;

  private static final byte[] BEGINNING = "{\"balancer\":".getBytes(US_ASCII);

  /**
   * Copies the servers.
   *
   * @throws IllegalArgumentException if the time is none, or more servers are listed than known
   */
  public BalancerMetrics {
    if (!(seconds > 0 && Double.isFinite(seconds))) {
      throw new IllegalArgumentException(
          Sentence.of("report of %s seconds: expected a number above 0", seconds));
    }
    if (known < 0) {
      throw new IllegalArgumentException(
          Sentence.of("report of %d known servers: expected 0 or more", known));
    }
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
  }

  /** Version of this form. */
  @JsonProperty
  public int version() {
    return 1;
  }

  /** Whether a record of the topic is one of a balancer, and not one of a server. */
  public static boolean isOne(byte[] record) {
    return record.length > BEGINNING.length
        && Arrays.equals(record, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length);
  }

  /**
   * Who reports. A process that takes over from another one, or comes after it, has the same name.
   *
   * @param name a URI reference, such as {@code /balancers/zone1}
   * @param process which process of that name: no two have the same
   */
  public record Reporter(String name, String process) {}

  /**
   * What a balancer counts of a zone.
   *
   * @param requests finished within the time, 0 or more
   * @param failed of these, those that ended with a 5xx status or without any answer of a server
   * @param inFlight under way at its end, WebSockets among them
   * @param waiting waiting for a server at its end
   * @param idleSeconds for how long there has been no request; 0: there is one, or was within the
   *     time
   * @param latencies how long the requests took that servers answered within the time
   */
  public record Traffic(
      long requests,
      long failed,
      int inFlight,
      int waiting,
      double idleSeconds,
      RequestTimes latencies) {
    /**
     * Validates the counts.
     *
     * @throws IllegalArgumentException if one is negative, or the idle time is no number
     */
    public Traffic {
      boolean counted = requests >= 0 && failed >= 0 && inFlight >= 0 && waiting >= 0;
      if (!counted || !(idleSeconds >= 0 && Double.isFinite(idleSeconds))) {
        throw new IllegalArgumentException(
            Sentence.of(
                "traffic of %d requests, %d failed, %d in flight, %d waiting, idle for %s s:"
                    + " expected numbers of 0 or more",
                requests, failed, inFlight, waiting, idleSeconds));
      }
    }
  }

  /**
   * What a balancer counts of one server.
   *
   * @param requests finished within the time, 0 or more
   * @param failed of these, those that ended with a 5xx status
   * @param inFlight under way at its end, 0 or more
   * @param latencyP95 what 95 of 100 of them took at most, in milliseconds; empty: there were none
   * @param times how long they took; none in reports of an earlier release
   */
  public record OfServer(
      long requests,
      long failed,
      int inFlight,
      Optional<Double> latencyP95,
      @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NoTimes.class)
          RequestTimes times) {
    @JsonCreator
    static OfServer read(
        @JsonProperty("requests") long requests,
        @JsonProperty("failed") long failed,
        @JsonProperty("inFlight") int inFlight,
        @JsonProperty("latencyP95") Optional<Double> latencyP95,
        @JsonProperty("times") Optional<RequestTimes> times) {
      return new OfServer(requests, failed, inFlight, latencyP95, times.orElse(RequestTimes.NONE));
    }
  }

  /** Is equal to the times of no requests, which are not written. */
  static final class NoTimes {
    @Override
    public boolean equals(@Nullable Object other) {
      return RequestTimes.NONE.equals(other);
    }

    @Override
    public int hashCode() {
      return RequestTimes.NONE.hashCode();
    }
  }
}
