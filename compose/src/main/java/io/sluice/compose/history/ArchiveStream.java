package io.sluice.compose.history;

import io.sluice.compose.archive.ArchiveException;
import io.sluice.compose.archive.ArchiveVerifier;
import io.sluice.compose.archive.Line;
import io.sluice.compose.archive.Manifest;
import io.sluice.compose.archive.Wanted;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an archive's file once, from its first line to its last, and verifies all of it. */
final class ArchiveStream implements RecordSource {
  private static final int BATCH_RECORDS = 1_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Wanted wanted;
  private final InputStream in;
  private final LineReader lines;
  private final ArchiveVerifier verifier;
  private final Manifest manifest;
  private boolean ended;

  /**
   * Opens a file and reads its first line.
   *
   * @throws HistoryException if there is no file
   * @throws ArchiveException if it is no archive, or damaged there
   */
  ArchiveStream(Path file, Wanted wanted) {
    this.file = file;
    this.wanted = wanted;
    this.verifier = new ArchiveVerifier(wanted);
    try {
      this.in = open(file);
    } catch (NoSuchFileException missing) {
      throw new HistoryException(
          "%s: there is no such file: expected an archive of history".formatted(file), missing);
    } catch (IOException unreadable) {
      throw new ArchiveException(
          "%s, line 1: %s".formatted(file, unreadable.getMessage()), unreadable);
    }
    this.lines = new LineReader(in);
    boolean opened = false;
    try {
      this.manifest = opening();
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  Manifest manifest() {
    return manifest;
  }

  /** The hash that stands for the whole archive, once all of it was read. */
  String hash() {
    return verifier.hash();
  }

  @Override
  public long size() {
    return manifest.topics().entrySet().stream()
        .filter(topic -> wanted.topic().map(topic.getKey()::equals).orElse(true))
        .flatMap(topic -> topic.getValue().stream())
        .filter(extent -> wanted.partition().map(p -> p == extent.partition()).orElse(true))
        .mapToLong(extent -> extent.records())
        .sum();
  }

  /** The next records; at the end the whole file was verified, also what nobody asked for. */
  @Override
  public List<RawRecord> next() {
    List<RawRecord> records = new ArrayList<>();
    while (!ended && records.size() < BATCH_RECORDS) {
      Optional<Line> line = line();
      if (line.isEmpty()) {
        ended = true;
      } else if (line.get() instanceof Line.Entry entry) {
        records.add(entry.record());
      }
    }
    return records;
  }

  private Manifest opening() {
    if (line().orElse(null) instanceof Line.Opening(Manifest found)) {
      return found;
    }
    throw new IllegalStateException("the first line of an archive that is right is its opening");
  }

  private Optional<Line> line() {
    try {
      if (!lines.next()) {
        verifier.end();
        return Optional.empty();
      }
      return Optional.of(verifier.take(lines.bytes(), lines.length()));
    } catch (IOException damaged) {
      throw new ArchiveException(
          "%s, line %d: %s".formatted(file, verifier.line() + 1, damaged.getMessage()), damaged);
    } catch (ArchiveException wrong) {
      throw new ArchiveException("%s, %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      return new Gunzip(new BufferedInputStream(raw, BUFFER_BYTES));
    } catch (IOException refused) {
      raw.close();
      throw refused;
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException failed) {
      throw new ArchiveException("%s can't be closed".formatted(file), failed);
    }
  }
}
