package io.sluice.compose.archive;

import io.sluice.schemas.codec.JsonCodec;
import io.sluice.topology.history.RawRecord;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes the lines of an archive, one after the other. */
public final class ArchiveWriter {
  static final JsonCodec<Manifest> MANIFEST = new JsonCodec<>(Manifest.class);
  static final JsonCodec<Trailer> TRAILER = new JsonCodec<>(Trailer.class);

  private final Manifest manifest;
  private final RecordCounts counts;
  private final Chain chain = new Chain();

  /** For an archive that will hold what the manifest promises. */
  public ArchiveWriter(Manifest manifest) {
    this.manifest = manifest;
    this.counts = new RecordCounts(manifest);
  }

  /** The first line. */
  public byte[] open() {
    return chain.seal(MANIFEST.encode(manifest));
  }

  /**
   * The line of a record.
   *
   * @throws IllegalArgumentException if the record does not follow the ones before
   */
  public byte[] entry(String topic, RawRecord record) {
    counts
        .enter(topic, record.partition(), record.offset())
        .ifPresent(problem -> refuse("a record " + problem));
    return chain.seal(RecordText.write(topic, record));
  }

  /**
   * The last line.
   *
   * @throws IllegalArgumentException if the records are not those that the manifest promises
   */
  public byte[] close() {
    SortedMap<String, Long> records = new TreeMap<>();
    for (String topic : manifest.topics().keySet()) {
      for (Extent extent : manifest.extents(topic)) {
        counts.difference(topic, extent).ifPresent(ArchiveWriter::refuse);
      }
      records.put(topic, manifest.records(topic));
    }
    return chain.seal(TRAILER.encode(new Trailer(records)));
  }

  private static void refuse(String problem) {
    throw new IllegalArgumentException(problem);
  }

  /** The hash of the last line written; after the end, that of the whole archive. */
  public String hash() {
    return chain.last();
  }
}
