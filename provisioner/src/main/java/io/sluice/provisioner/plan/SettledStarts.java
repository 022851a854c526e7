package io.sluice.provisioner.plan;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The servers of which the journal has ever told what came of their start, those that are long gone
 * too. A zone counts its servers and never gives a number out twice, so that a few ranges of
 * numbers hold all of them: {@code {zone1: {1: 12, 14: 14}}} are 1 to 12, and 14.
 *
 * <p>This is how a leader knows, without any offset, which commands were carried out: a start that
 * is settled is never begun again.
 *
 * @param ranges per zone the last number of each range by its first, ranges neither overlapping nor
 *     touching
 */
public record SettledStarts(
    @JsonSetter(nulls = Nulls.FAIL) SortedMap<ZoneId, NavigableMap<Long, Long>> ranges) {
  /** Before the first fact. */
  public static final SettledStarts NONE = new SettledStarts(Collections.emptySortedMap());

  /** Makes the map unmodifiable; callers hand over maps that nobody changes. */
  public SettledStarts {
    ranges = Collections.unmodifiableSortedMap(ranges);
  }

  /** Whether it was ever told what came of the server's start. */
  public boolean contains(ServerId server) {
    Map.Entry<Long, Long> range = of(server.zone()).floorEntry(server.number());
    return range != null && range.getValue() >= server.number();
  }

  /** The same after a fact. */
  public SettledStarts after(FleetEvent fact) {
    return switch (fact) {
      case ServerStarted started -> with(started.server());
      case CommandFailed failed -> with(failed.server());
      case ServerStopped stopped -> with(stopped.server());
      case FleetEvent ignored -> this;
    };
  }

  /** The same with one zone's as the other knows them. */
  SettledStarts with(ZoneId zone, SettledStarts other) {
    return of(zone).equals(other.of(zone)) ? this : with(zone, other.of(zone));
  }

  private SettledStarts with(ServerId server) {
    if (contains(server)) {
      return this;
    }
    NavigableMap<Long, Long> next = new TreeMap<>(of(server.zone()));
    long first = server.number();
    long last = server.number();
    Map.Entry<Long, Long> below = next.floorEntry(first);
    if (below != null && below.getValue() == first - 1) {
      first = below.getKey();
    }
    Long above = next.remove(last + 1);
    if (above != null) {
      last = above;
    }
    next.put(first, last);
    return with(server.zone(), next);
  }

  private SettledStarts with(ZoneId zone, NavigableMap<Long, Long> numbers) {
    SortedMap<ZoneId, NavigableMap<Long, Long>> next = new TreeMap<>(ranges);
    next.put(zone, numbers);
    return new SettledStarts(next);
  }

  private NavigableMap<Long, Long> of(ZoneId zone) {
    NavigableMap<Long, Long> numbers = ranges.get(zone);
    return numbers == null ? Collections.emptyNavigableMap() : numbers;
  }
}
