package io.sluice.compose.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.topology.history.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes a history consists of, it comes back; whatever is done to a line is found. */
class ArchivePropertyTest {
  private static final String TOPIC = "journal";
  private static final int PARTITIONS = 3;

  @Property(tries = 200)
  void whatWasWrittenIsRead(@ForAll("records") List<RawRecord> records) {
    List<byte[]> lines = written(records);

    List<RawRecord> read = new ArrayList<>();
    ArchiveVerifier proof = new ArchiveVerifier(Wanted.ALL);
    for (byte[] line : lines) {
      if (proof.take(line, line.length) instanceof Line.Entry entry) {
        read.add(entry.record());
      }
    }
    proof.end();

    assertThat(read.stream().map(ArchivePropertyTest::text))
        .containsExactlyElementsOf(records.stream().map(ArchivePropertyTest::text).toList());
  }

  @Property(tries = 200)
  void oneChangedByteIsFoundInItsLine(
      @ForAll("records") List<RawRecord> records, @ForAll int where, @ForAll byte bit) {
    List<byte[]> lines = written(records);
    int number = Math.floorMod(where, lines.size());
    byte[] line = lines.get(number);
    line[Math.floorMod(where / lines.size(), line.length)] ^= (byte) (1 << (bit & 7));

    assertThatThrownBy(() -> verify(lines))
        .isInstanceOf(ArchiveException.class)
        .hasMessageStartingWith("line " + (number + 1) + ": ");
  }

  @Property(tries = 100)
  void aLineThatIsMissingIsFoundInTheNext(
      @ForAll("records") List<RawRecord> records, @ForAll int where) {
    List<byte[]> lines = new ArrayList<>(written(records));
    int number = Math.floorMod(where, lines.size() - 1);
    lines.remove(number);

    assertThatThrownBy(() -> verify(lines))
        .isInstanceOf(ArchiveException.class)
        .hasMessageStartingWith("line " + (number + 1) + ": ");
  }

  @Property(tries = 100)
  void aFileThatEndsEarlyIsFound(@ForAll("records") List<RawRecord> records, @ForAll int where) {
    List<byte[]> lines = written(records);
    int kept = Math.floorMod(where, lines.size());

    assertThatThrownBy(() -> verify(lines.subList(0, kept)))
        .isInstanceOf(ArchiveException.class)
        .hasMessageStartingWith("line " + (kept + 1) + ": the file ");
  }

  @Provide
  Arbitrary<List<RawRecord>> records() {
    Arbitrary<Optional<byte[]>> bytes =
        Arbitraries.oneOf(
            Arbitraries.just(Optional.empty()),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(Optional::of),
            Arbitraries.strings().ofMaxLength(20).map(text -> Optional.of(text.getBytes(UTF_8))),
            Arbitraries.of("\uFFFD", "{\"a\":\"\\n\"}", "\n", "\uD83D\uDE00")
                .map(text -> Optional.of(text.getBytes(UTF_8))));
    Arbitrary<Map<String, String>> headers =
        Arbitraries.maps(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(5),
                Arbitraries.strings().ofMaxLength(5).filter(ArchivePropertyTest::encodable))
            .ofMaxSize(3);
    return Combinators.combine(
            Arbitraries.integers().between(0, PARTITIONS - 1),
            Arbitraries.longs().between(1, 1_000_000),
            Arbitraries.longs().between(0, 4_102_444_800_000L),
            bytes,
            bytes,
            headers)
        .as((partition, step, millis, key, value, texts) ->
            new RawRecord(
                partition,
                step,
                Instant.ofEpochMilli(millis),
                key.orElse(null),
                value.orElse(null),
                new TreeMap<>(texts)))
        .list()
        .ofMaxSize(20)
        .map(ArchivePropertyTest::inOrder);
  }

  private static boolean encodable(String text) {
    return UTF_8.newEncoder().canEncode(text);
  }

  /** Takes the offsets for distances from the record before. */
  private static List<RawRecord> inOrder(List<RawRecord> records) {
    long[] next = new long[PARTITIONS];
    List<RawRecord> ordered = new ArrayList<>();
    for (RawRecord record : records) {
      next[record.partition()] += record.offset();
      ordered.add(
          new RawRecord(
              record.partition(),
              next[record.partition()],
              record.time(),
              record.key(),
              record.value(),
              record.headers().all()));
    }
    return ordered;
  }

  static List<byte[]> written(List<RawRecord> records) {
    List<Extent> extents = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      Extent extent = Extent.empty(partition);
      for (RawRecord record : records) {
        extent = record.partition() == partition ? extent.with(record.offset()) : extent;
      }
      extents.add(extent);
    }
    SortedMap<String, List<Extent>> topics = new TreeMap<>(Map.of(TOPIC, extents));
    Origin origin = new Origin("a test", Optional.empty(), "1", Instant.EPOCH);
    ArchiveWriter scribe = new ArchiveWriter(Manifest.of(origin, topics));
    List<byte[]> lines = new ArrayList<>();
    lines.add(scribe.open());
    records.forEach(record -> lines.add(scribe.entry(TOPIC, record)));
    lines.add(scribe.close());
    return Collections.unmodifiableList(lines);
  }

  static void verify(List<byte[]> lines) {
    ArchiveVerifier proof = new ArchiveVerifier(Wanted.ALL);
    lines.forEach(line -> proof.take(line, line.length));
    proof.end();
  }

  private static String text(RawRecord record) {
    return "%d@%d %s %s %s %s"
        .formatted(
            record.partition(),
            record.offset(),
            record.time(),
            Arrays.toString(record.key()),
            Arrays.toString(record.value()),
            record.headers().all());
  }
}
