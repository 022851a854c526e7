package io.sluice.compose.history;

import io.sluice.compose.archive.Extent;
import io.sluice.topology.history.RecordSource;
import java.util.List;
import java.util.SortedMap;

/** A history that can be written into a Kafka that has none. */
public interface Restorable {
  /** What there is of each topic, by the topic's name: every partition, from 0. */
  SortedMap<String, List<Extent>> topics();

  /** Opens the records of one partition; several may be open at the same time. */
  RecordSource partition(String topic, int partition);
}
