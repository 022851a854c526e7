package io.sluice.compose.history;

import io.sluice.compose.archive.ArchiveWriter;
import io.sluice.compose.archive.Extent;
import io.sluice.compose.archive.Manifest;
import io.sluice.compose.archive.Origin;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a history into an archive's file. The history is read twice: once to count, since the
 * first line says what follows, and once to write, up to where the count ended.
 */
public final class Export {
  /** Measured in docs/benchmarks.md: better levels cost more time than they save space. */
  static final int COMPRESSION = 3;

  private static final int BUFFER_BYTES = 1 << 16;

  private final History history;
  private final Map<String, Integer> partitions;

  /**
   * Of a history whose topics have so many partitions, by the topic's name.
   *
   * @param partitions of the journal's and the commands' topics, 1 or more
   */
  public Export(History history, Map<String, Integer> partitions) {
    this.history = history;
    this.partitions = Map.copyOf(partitions);
  }

  /**
   * Writes the file: beside it first, and then in its place, so that it is whole or not there.
   *
   * @param origin where the history comes from
   * @throws IOException if the file can't be written
   * @throws HistoryException if the history changes while it is read
   */
  public Written to(Path file, Origin origin) throws IOException {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    Manifest manifest = Manifest.of(origin, count());
    try {
      String hash = write(part, manifest);
      Files.move(
          part,
          whole,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      return new Written(manifest, hash, Files.size(whole));
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Commands first: then no command is counted whose cause is not. */
  private SortedMap<String, List<Extent>> count() {
    SortedMap<String, List<Extent>> topics = new TreeMap<>();
    for (String topic : List.of(Topics.SCALE_COMMANDS.name(), Topics.JOURNAL.name())) {
      List<Extent> extents =
          new ArrayList<>(
              IntStream.range(0, partitions.getOrDefault(topic, 0))
                  .mapToObj(Extent::empty)
                  .toList());
      try (RecordSource source = open(topic)) {
        for (var records = source.next(); !records.isEmpty(); records = source.next()) {
          for (RawRecord record : records) {
            if (record.partition() >= extents.size()) {
              throw changed("topic '%s' has more partitions than before".formatted(topic));
            }
            Extent extent = extents.get(record.partition());
            extents.set(record.partition(), extent.with(record.offset()));
          }
        }
      }
      topics.put(topic, extents);
    }
    return topics;
  }

  private String write(Path part, Manifest manifest) throws IOException {
    ArchiveWriter writer = new ArchiveWriter(manifest);
    try (OutputStream out = new BufferedOutputStream(new Gzip(part), BUFFER_BYTES)) {
      line(out, writer.open());
      for (String topic : List.of(Topics.JOURNAL.name(), Topics.SCALE_COMMANDS.name())) {
        write(out, writer, topic, manifest.extents(topic));
      }
      line(out, writer.close());
    } catch (IllegalArgumentException differs) {
      throw new HistoryException(
          "the history changed while it was read: %s".formatted(differs.getMessage()), differs);
    }
    return writer.hash();
  }

  private void write(OutputStream out, ArchiveWriter writer, String topic, List<Extent> extents)
      throws IOException {
    try (RecordSource source = open(topic)) {
      for (var records = source.next(); !records.isEmpty(); records = source.next()) {
        for (RawRecord record : records) {
          long last = extents.get(record.partition()).last().orElse(-1L);
          if (record.offset() <= last) {
            line(out, writer.entry(topic, record));
          }
        }
      }
    }
  }

  private RecordSource open(String topic) {
    return topic.equals(Topics.JOURNAL.name()) ? history.journal() : history.commands();
  }

  private static void line(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.write('\n');
  }

  private static HistoryException changed(String what) {
    return new HistoryException("the history changed while it was read: " + what);
  }

  /**
   * An archive that was written.
   *
   * @param manifest what it holds
   * @param hash the hash of its last line, which stands for the whole
   * @param bytes the size of the file
   */
  public record Written(Manifest manifest, String hash, long bytes) {}

  /** Compresses into a file. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(Path file) throws IOException {
      super(Files.newOutputStream(file), BUFFER_BYTES);
      def.setLevel(COMPRESSION);
    }
  }
}
