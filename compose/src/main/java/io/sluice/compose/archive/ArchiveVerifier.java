package io.sluice.compose.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.codec.JsonCodec;
import io.sluice.topology.history.RawRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the lines of an archive and verifies them: their hashes, their order, and that they are
 * what the first line promises.
 *
 * <pre>
 *   start ──opening──▶ records ──closing──▶ complete
 *                       │   ▲
 *                       └───┘ entry
 * </pre>
 */
public final class ArchiveVerifier {
  private static final byte[] RECORD = "{\"topic\":".getBytes(UTF_8);
  private static final byte[] TRAILER = "{\"end\":".getBytes(UTF_8);

  private static final JsonCodec<Heading> HEADING = new JsonCodec<>(Heading.class);

  private final Wanted wanted;
  private final byte[] beginning;
  private final Chain chain = new Chain();
  private Optional<Manifest> manifest = Optional.empty();
  private Optional<RecordCounts> counts = Optional.empty();
  private boolean complete;
  private long lines;
  private long records;

  /** For a reader who wants these records. */
  public ArchiveVerifier(Wanted wanted) {
    this.wanted = wanted;
    this.beginning = wanted.beginning();
  }

  /**
   * Takes the next line, without its line feed.
   *
   * @param bytes the line, from the start of the array
   * @param length how many bytes it has
   * @throws ArchiveException if it is not a line that can stand there
   */
  public Line take(byte[] bytes, int length) {
    lines++;
    if (complete) {
      throw ArchiveException.at(lines, "stands after the last line: expected the file to end");
    }
    return manifest.isEmpty() ? open(bytes, length) : follow(bytes, length);
  }

  /**
   * There are no more lines.
   *
   * @throws ArchiveException if there should be
   */
  public void end() {
    if (manifest.isEmpty()) {
      throw ArchiveException.at(1, "the file is empty: expected an archive's first line");
    }
    if (!complete) {
      throw ArchiveException.at(
          lines + 1,
          "the file ends after %d of %d records: expected the rest and the last line"
              .formatted(records, manifest.get().records()));
    }
  }

  /** The number of the last line taken, counted from 1. */
  public long line() {
    return lines;
  }

  /** The hash of the last line; after the end, that of the whole archive. */
  public String hash() {
    return chain.last();
  }

  private Line open(byte[] bytes, int length) {
    byte[] line = Arrays.copyOf(bytes, length);
    Heading heading = read(HEADING, line);
    if (!Manifest.FORMAT.equals(heading.format())) {
      refuse("format is '%s', expected '%s'".formatted(heading.format(), Manifest.FORMAT));
    }
    if (heading.version() != Manifest.VERSION) {
      refuse(
          "version of the format is %d, expected %d: another release of Sluice wrote this"
              .formatted(heading.version(), Manifest.VERSION));
    }
    verify(bytes, length);
    Manifest found = read(ArchiveWriter.MANIFEST, line);
    manifest = Optional.of(found);
    counts = Optional.of(new RecordCounts(found));
    return new Line.Opening(found);
  }

  private <T> T read(JsonCodec<T> codec, byte[] line) {
    return codec
        .decode(line)
        .orElseThrow(problem ->
            refused("is no first line of an archive of history (%s)".formatted(problem)));
  }

  private Line follow(byte[] bytes, int length) {
    verify(bytes, length);
    if (Wanted.startsWith(bytes, length, TRAILER)) {
      return close(Arrays.copyOf(bytes, length));
    }
    if (!Wanted.startsWith(bytes, length, RECORD)) {
      throw ArchiveException.at(lines, "is neither a record nor the last line");
    }
    records++;
    if (!Wanted.startsWith(bytes, length, beginning)) {
      return new Line.Passed();
    }
    try {
      Line.Entry entry = RecordText.read(bytes, length);
      RawRecord record = entry.record();
      counts
          .orElseThrow()
          .enter(entry.topic(), record.partition(), record.offset())
          .ifPresent(this::refuse);
      return entry;
    } catch (IOException malformed) {
      throw new ArchiveException("line %d: %s".formatted(lines, malformed.getMessage()), malformed);
    }
  }

  private Line close(byte[] line) {
    Trailer trailer = ArchiveWriter.TRAILER.decode(line).orElseThrow(problem -> refused(problem));
    Manifest promised = manifest.orElseThrow();
    if (records != promised.records()) {
      refuse(
          "the last line comes after %d records: expected %d, as the first line says"
              .formatted(records, promised.records()));
    }
    promised
        .topics()
        .forEach((topic, extents) -> {
          Long counted = trailer.end().get(topic);
          if (counted == null || counted != promised.records(topic)) {
            refuse(
                "counts %s records of topic '%s': expected %d, as the first line says"
                    .formatted(counted, topic, promised.records(topic)));
          }
          extents.stream()
              .filter(extent -> wanted.sees(topic, extent.partition()))
              .forEach(
                  extent -> counts.orElseThrow().difference(topic, extent).ifPresent(this::refuse));
        });
    complete = true;
    return new Line.Closing(trailer);
  }

  private void verify(byte[] bytes, int length) {
    if (!Chain.sealed(bytes, length)) {
      refuse("does not end with its hash: expected a line of an archive");
    }
    if (!chain.holds(bytes, length)) {
      refuse(
          "hash is %s, expected %s: the line was altered, or does not follow the line before"
              .formatted(Chain.claimed(bytes, length), chain.last()));
    }
  }

  private void refuse(String problem) {
    throw refused(problem);
  }

  private ArchiveException refused(String problem) {
    return ArchiveException.at(lines, problem);
  }

  /** What every version of the format says first. */
  private record Heading(String format, int version) {}
}
