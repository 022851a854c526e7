package io.sluice.compose.history;

import io.sluice.compose.archive.Extent;
import io.sluice.compose.archive.Manifest;
import io.sluice.compose.archive.Wanted;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RecordSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The history in an archive's file. Each of its sources reads the file from the start, in constant
 * memory, and verifies all of it by the time it has given its last record.
 */
public final class ArchiveHistory implements History, OrderedHistory, Restorable {
  private final Path file;

  /** The history in this file; it is opened when something is asked of it. */
  public ArchiveHistory(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "archive " + file;
  }

  /**
   * Opens a part of the journal: a partition of it, or all, since the file is read and verified
   * from its first line to its last.
   *
   * @throws io.sluice.compose.archive.ArchiveException if there is no archive; later, if the
   *     archive is damaged
   */
  @Override
  public RecordSource journal(Passage passage) {
    return new ArchiveStream(file, wanted(Topics.JOURNAL.name(), passage));
  }

  /**
   * Opens a part of the commands, likewise.
   *
   * @throws io.sluice.compose.archive.ArchiveException if there is no archive; later, if the
   *     archive is damaged
   */
  @Override
  public RecordSource commands(Passage passage) {
    return new ArchiveStream(file, wanted(Topics.SCALE_COMMANDS.name(), passage));
  }

  private static Wanted wanted(String topic, Passage passage) {
    return passage.partition().isPresent()
        ? Wanted.of(topic, passage.partition().getAsInt())
        : Wanted.of(topic);
  }

  /**
   * What the archive's first line promises.
   *
   * @throws io.sluice.compose.archive.ArchiveException if there is no archive
   */
  @Override
  public SortedMap<String, List<Extent>> topics() {
    try (ArchiveStream stream = new ArchiveStream(file, Wanted.ALL)) {
      return stream.manifest().topics();
    }
  }

  /**
   * Opens the records of one partition of a topic.
   *
   * @throws io.sluice.compose.archive.ArchiveException if there is no archive; later, if the
   *     archive is damaged
   */
  @Override
  public RecordSource partition(String topic, int partition) {
    return new ArchiveStream(file, Wanted.of(topic, partition));
  }

  /** Opens a topic in the order of time; the file is read once for each of its partitions. */
  @Override
  public RecordSource ordered(String topic, Instant from, Instant to) {
    SortedMap<Integer, RecordSource> partitions = new TreeMap<>();
    topics()
        .getOrDefault(topic, List.of())
        .forEach(
            extent -> partitions.put(extent.partition(), partition(topic, extent.partition())));
    return new PulledInOrder(partitions);
  }

  @Override
  public SortedSet<ZoneId> zones() {
    try (RecordSource journal = journal()) {
      return JournalZones.of(journal);
    }
  }

  /**
   * Reads and verifies the whole file.
   *
   * @throws io.sluice.compose.archive.ArchiveException if it is no archive or damaged
   */
  public Verified verify() {
    try (ArchiveStream stream = new ArchiveStream(file, Wanted.ALL)) {
      while (!stream.next().isEmpty()) {
        // Reading is all there is to do.
      }
      return new Verified(stream.manifest(), stream.hash());
    }
  }

  /**
   * An archive whose every line was read and found right.
   *
   * @param manifest what it holds
   * @param hash the hash of its last line, which stands for the whole
   */
  public record Verified(Manifest manifest, String hash) {}
}
