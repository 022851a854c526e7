package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a topic add up to, by partition, so that two copies can be compared in
 * constant memory, in whatever order their partitions come.
 */
final class Fingerprint {
  private static final int ABSENT = -1;

  private Fingerprint() {}

  /** The hash of everything in each partition that has records. */
  static SortedMap<Integer, String> of(RecordSource source) {
    SortedMap<Integer, MessageDigest> digests = new TreeMap<>();
    for (var records = source.next(); !records.isEmpty(); records = source.next()) {
      for (RawRecord record : records) {
        add(digests.computeIfAbsent(record.partition(), _ -> sha256()), record);
      }
    }
    SortedMap<Integer, String> prints = new TreeMap<>();
    digests.forEach(
        (partition, digest) -> prints.put(partition, HexFormat.of().formatHex(digest.digest())));
    return prints;
  }

  private static void add(MessageDigest digest, RawRecord record) {
    digest.update(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(record.offset())
            .putLong(record.time().toEpochMilli())
            .flip());
    add(digest, record.key());
    add(digest, record.value());
    record
        .headers()
        .all()
        .forEach((name, text) -> {
          add(digest, name.getBytes(UTF_8));
          add(digest, text.getBytes(UTF_8));
        });
  }

  private static void add(MessageDigest digest, byte @Nullable [] bytes) {
    int length = bytes == null ? ABSENT : bytes.length;
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    if (bytes != null) {
      digest.update(bytes);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }
}
