package io.sluice.provisioner.history;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** Reads back what the servers of a zone reported. Used by many threads at once. */
public interface LoadHistory extends AutoCloseable {
  /**
   * A value at a time.
   *
   * @param at the end of the step that it stands for
   * @param mean over the zone's servers of each server's mean within the step
   */
  @JsonPropertyOrder({"at", "mean"})
  record Point(Instant at, double mean) {}

  /**
   * The zone's load by the names that its metrics have on the wire, such as {@code cpu_usage}; each
   * in the order of time, without points where nothing was reported.
   *
   * @throws HistoryException if the database can't be asked
   */
  SortedMap<String, List<Point>> load(ZoneId zone, Span span);

  @Override
  void close();
}
