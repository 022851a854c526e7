package io.sluice.compose.archive;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The first line of an archive: what it is and what it holds.
 *
 * @param format always {@value #FORMAT}
 * @param version version of the format
 * @param source where the history stood, for people
 * @param cluster the id of the Kafka cluster, where there was one
 * @param release the version of Sluice that wrote the archive
 * @param exportedAt when it was written
 * @param topics what it holds of each topic, by the topic's name: every partition, from 0
 */
public record Manifest(
    String format,
    int version,
    String source,
    Optional<String> cluster,
    String release,
    Instant exportedAt,
    SortedMap<String, List<Extent>> topics) {
  /** What the first line of every archive says. */
  public static final String FORMAT = "sluice-history";

  /** The version that this release writes, and the only one that it reads. */
  public static final int VERSION = 1;

  /**
   * Copies the topics.
   *
   * @throws IllegalArgumentException if a topic's partitions are not counted from 0
   */
  public Manifest {
    SortedMap<String, List<Extent>> copy = new TreeMap<>();
    topics.forEach((topic, extents) -> copy.put(topic, numbered(topic, extents)));
    topics = Collections.unmodifiableSortedMap(copy);
  }

  /** A manifest of the present format. */
  public static Manifest of(Origin origin, SortedMap<String, List<Extent>> topics) {
    return new Manifest(
        FORMAT,
        VERSION,
        origin.source(),
        origin.cluster(),
        origin.release(),
        origin.exportedAt(),
        topics);
  }

  /** What the archive holds of a topic; nothing of one that it does not know. */
  public List<Extent> extents(String topic) {
    return topics.getOrDefault(topic, List.of());
  }

  /** How many records the archive holds of a topic. */
  public long records(String topic) {
    return extents(topic).stream().mapToLong(Extent::records).sum();
  }

  /** How many records the archive holds. */
  public long records() {
    return topics.keySet().stream().mapToLong(this::records).sum();
  }

  private static List<Extent> numbered(String topic, List<Extent> extents) {
    for (int i = 0; i < extents.size(); i++) {
      if (extents.get(i).partition() != i) {
        throw new IllegalArgumentException(
            "topic '%s': partition %d at place %d, expected partitions in order from 0"
                .formatted(topic, extents.get(i).partition(), i));
      }
    }
    return List.copyOf(extents);
  }
}
