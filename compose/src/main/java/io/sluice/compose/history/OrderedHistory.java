package io.sluice.compose.history;

import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.SortedSet;

/** A history whose topics can be told in the order of time, whatever their partitions. */
public interface OrderedHistory {
  /**
   * Opens a topic. Only a bounded part of it is held at any time.
   *
   * @param from records of before need not be given
   * @param to records of after need not be given
   */
  RecordSource ordered(String topic, Instant from, Instant to);

  /** The zones that it knows of. */
  SortedSet<ZoneId> zones();
}
