package io.sluice.compose.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts records by topic and partition, and sees that the offsets of each partition go up. */
final class RecordCounts {
  private final SortedMap<String, List<Extent>> topics = new TreeMap<>();

  /** Counts for the topics and partitions of a manifest. */
  RecordCounts(Manifest manifest) {
    manifest
        .topics()
        .forEach((topic, extents) ->
            topics.put(
                topic,
                new ArrayList<>(
                    extents.stream().map(extent -> Extent.empty(extent.partition())).toList())));
  }

  /** Counts a record; says what is wrong with its place, if anything is. */
  Optional<String> enter(String topic, int partition, long offset) {
    List<Extent> extents = topics.get(topic);
    if (extents == null || partition >= extents.size()) {
      return Optional.of(
          "is of topic '%s', partition %d: expected one that the first line names"
              .formatted(topic, partition));
    }
    Extent extent = extents.get(partition);
    if (extent.last().isPresent() && offset <= extent.last().get()) {
      return Optional.of(
          "has offset %d in topic '%s', partition %d: expected more than %d"
              .formatted(offset, topic, partition, extent.last().get()));
    }
    extents.set(partition, extent.with(offset));
    return Optional.empty();
  }

  /** What differs between what was counted of a partition and what is promised of it. */
  Optional<String> difference(String topic, Extent promised) {
    Extent counted = topics.getOrDefault(topic, List.of()).get(promised.partition());
    return counted.equals(promised)
        ? Optional.empty()
        : Optional.of(
            "topic '%s', partition %d has %s: expected %s, as the first line says"
                .formatted(topic, promised.partition(), text(counted), text(promised)));
  }

  private static String text(Extent extent) {
    return extent.first().isEmpty()
        ? "no records"
        : "%d records from offset %d to %d"
            .formatted(extent.records(), extent.first().get(), extent.last().orElseThrow());
  }
}
