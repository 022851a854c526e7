package io.sluice.compose.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.topology.history.RawRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ArchiveVerifierTest {
  private static final List<RawRecord> RECORDS =
      List.of(record(0, 3, "one"), record(1, 0, "two"), record(0, 7, "three"));

  @Test
  void aLineReadsAsTheReferencePageDescribesIt() {
    List<byte[]> lines = ArchivePropertyTest.written(RECORDS);

    assertThat(text(lines.get(0)))
        .startsWith(
            "{\"format\":\"sluice-history\",\"version\":1,\"source\":\"a test\",\"release\":\"1\","
                + "\"exportedAt\":\"1970-01-01T00:00:00Z\",\"topics\":{\"journal\":["
                + "{\"partition\":0,\"records\":2,\"first\":3,\"last\":7},");
    assertThat(text(lines.get(1)))
        .startsWith(
            "{\"topic\":\"journal\",\"partition\":0,\"offset\":3,\"timeMillis\":1000,"
                + "\"key\":\"zone1\",\"value\":\"one\",\"headers\":{\"a\":\"b\"},\"hash\":\"");
    assertThat(text(lines.get(4))).startsWith("{\"end\":{\"journal\":3},\"hash\":\"");
  }

  @Test
  void theHashIsOfTheHashBeforeAndTheLineUpToIt() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] before = new byte[32];

    for (byte[] line : ArchivePropertyTest.written(RECORDS)) {
      String text = text(line);
      int at = text.lastIndexOf(",\"hash\":\"");
      digest.update(before);
      before = digest.digest(text.substring(0, at).getBytes(UTF_8));
      assertThat(text.substring(at))
          .isEqualTo(",\"hash\":\"" + HexFormat.of().formatHex(before) + "\"}");
    }
  }

  @Test
  void anAlteredRecordIsNamedWithItsHash() {
    List<byte[]> lines = changed(2, "two", "2wo");

    assertThatThrownBy(() -> ArchivePropertyTest.verify(lines))
        .isInstanceOf(ArchiveException.class)
        .hasMessageMatching(
            "line 3: hash is [0-9a-f]{64}, expected [0-9a-f]{64}: the line was altered, or does not follow the line before");
  }

  @Test
  void somethingElseThanAnArchiveIsSaidToBe() {
    assertRefused(
        () -> ArchivePropertyTest.verify(List.of("hello".getBytes(UTF_8))),
        "line 1: is no first line of an archive of history");
    assertRefused(
        () -> ArchivePropertyTest.verify(changed(0, "sluice-history", "other-history")),
        "line 1: format is 'other-history', expected 'sluice-history'");
    assertRefused(
        () -> ArchivePropertyTest.verify(changed(0, "\"version\":1,", "\"version\":2,")),
        "line 1: version of the format is 2, expected 1");
    assertRefused(
        () -> ArchivePropertyTest.verify(List.of()), "line 1: the file is empty: expected");
  }

  @Test
  void aLineAfterTheLastIsNamed() {
    List<byte[]> lines = new ArrayList<>(ArchivePropertyTest.written(RECORDS));
    lines.add(lines.get(1));

    assertRefused(
        () -> ArchivePropertyTest.verify(lines),
        "line 6: stands after the last line: expected the file to end");
  }

  @Test
  void offsetsThatGoBackAreNamedThoughTheirHashesAreRight() {
    List<byte[]> lines = resealed("\"offset\":7", "\"offset\":3");

    assertRefused(
        () -> ArchivePropertyTest.verify(lines),
        "line 4: has offset 3 in topic 'journal', partition 0: expected more than 3");
  }

  @Test
  void recordsThatAreNotThoseOfTheFirstLineAreNamedThoughTheirHashesAreRight() {
    assertRefused(
        () -> ArchivePropertyTest.verify(resealed("\"offset\":7", "\"offset\":8")),
        "line 5: topic 'journal', partition 0 has 2 records from offset 3 to 8: expected 2 records from offset 3 to 7");
    assertRefused(
        () -> ArchivePropertyTest.verify(resealed("\"journal\":3", "\"journal\":4")),
        "line 5: counts 4 records of topic 'journal': expected 3");
    assertRefused(
        () ->
            ArchivePropertyTest.verify(resealed("\"partition\":1,\"off", "\"partition\":9,\"off")),
        "line 3: is of topic 'journal', partition 9: expected one that the first line names");
  }

  @Test
  void whoWantsOnePartitionStillVerifiesTheOthers() {
    List<RawRecord> seen = new ArrayList<>();
    ArchiveVerifier proof = new ArchiveVerifier(Wanted.of("journal", 1));
    for (byte[] line : ArchivePropertyTest.written(RECORDS)) {
      if (proof.take(line, line.length) instanceof Line.Entry entry) {
        seen.add(entry.record());
      }
    }
    proof.end();
    assertThat(seen).singleElement().extracting(RawRecord::offset).isEqualTo(0L);

    ArchiveVerifier other = new ArchiveVerifier(Wanted.of("journal", 1));
    assertRefused(
        () -> changed(3, "three", "3hree").forEach(line -> other.take(line, line.length)),
        "line 4: hash is ");
  }

  private static void assertRefused(ThrowingCallable reading, String start) {
    assertThatThrownBy(reading).isInstanceOf(ArchiveException.class).hasMessageStartingWith(start);
  }

  private static List<byte[]> changed(int index, String from, String to) {
    List<byte[]> lines = new ArrayList<>(ArchivePropertyTest.written(RECORDS));
    String text = text(lines.get(index));
    assertThat(text).contains(from);
    lines.set(index, text.replace(from, to).getBytes(UTF_8));
    return lines;
  }

  /** Every line that says something else, with hashes to fit, as somebody could do on purpose. */
  private static List<byte[]> resealed(String from, String to) {
    Chain chain = new Chain();
    return ArchivePropertyTest.written(RECORDS).stream()
        .map(line -> text(line))
        .map(text -> text.substring(0, text.length() - Chain.TAIL_BYTES) + "}")
        .map(text -> text.startsWith("{\"format\"") ? text : text.replace(from, to))
        .map(text -> chain.seal(text.getBytes(UTF_8)))
        .toList();
  }

  private static String text(byte[] line) {
    return new String(line, UTF_8);
  }

  private static RawRecord record(int partition, long offset, String value) {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("a", "b");
    return new RawRecord(
        partition,
        offset,
        Instant.ofEpochSecond(1),
        "zone1".getBytes(UTF_8),
        value.getBytes(UTF_8),
        headers);
  }
}
