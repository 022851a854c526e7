package io.sluice.topology.history;

import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A part of a topic that somebody wants to read. A source gives every record that belongs to it and
 * leaves out what it can leave out without looking at it: other partitions, and what stands before
 * or behind. So it may give more than what was asked for, and whoever reads looks at each record.
 *
 * @param zone only this zone's records, which lie in one partition; empty: those of all zones
 * @param partition only this partition; empty: all, or the zone's
 * @param from no record that the broker appended before this
 * @param to of each partition nothing from the first record on that the broker appended after this
 * @param first no record with a smaller offset, 0 or more
 * @param last of each partition only so many positions before its end, 0 or more; some of them are
 *     marks of transactions and no records
 */
public record Passage(
    Optional<ZoneId> zone, OptionalInt partition, Instant from, Instant to, long first, long last) {
  /** How far the clocks of two brokers may be apart, or one be put back, and nothing be missed. */
  public static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

  /** A whole topic. */
  public static final Passage ALL =
      new Passage(
          Optional.empty(), OptionalInt.empty(), Instant.MIN, Instant.MAX, 0, Long.MAX_VALUE);

  /** All records of a zone. */
  public static Passage of(ZoneId zone) {
    return new Passage(Optional.of(zone), ALL.partition, ALL.from, ALL.to, ALL.first, ALL.last);
  }

  /** All records of a partition. */
  public static Passage of(int partition) {
    return new Passage(ALL.zone, OptionalInt.of(partition), ALL.from, ALL.to, ALL.first, ALL.last);
  }

  /** The same without what was appended before this. */
  public Passage from(Instant time) {
    return new Passage(zone, partition, time, to, first, last);
  }

  /** The same without what was appended after this. */
  public Passage to(Instant time) {
    return new Passage(zone, partition, from, time, first, last);
  }

  /**
   * The same without what follows from records of before this time: commands are appended after the
   * facts that they come of, by a broker whose clock may be behind.
   */
  public Passage since(Instant time) {
    boolean early = time.isBefore(Instant.MIN.plus(CLOCK_SLACK));
    return from(early ? Instant.MIN : time.minus(CLOCK_SLACK));
  }

  /** The same without what was appended long after what follows from records up to this time. */
  public Passage until(Instant time) {
    boolean late = time.isAfter(Instant.MAX.minus(CLOCK_SLACK));
    return to(late ? Instant.MAX : time.plus(CLOCK_SLACK));
  }

  /** The same without what stands before this offset. */
  public Passage first(long offset) {
    return new Passage(zone, partition, from, to, offset, last);
  }

  /** The same without what stands further from the end than this. */
  public Passage last(long positions) {
    return new Passage(zone, partition, from, to, first, positions);
  }
}
