package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compose.archive.ArchiveException;
import io.sluice.compose.archive.Origin;
import io.sluice.compose.bench.GeneratedHistory;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.history.History;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveFileTest {
  private static final GeneratedHistory HISTORY =
      new GeneratedHistory(new GeneratedHistory.Shape(5_000, 3, 5, 4));
  private static final Map<String, Integer> PARTITIONS =
      Map.of(Topics.JOURNAL.name(), 4, Topics.SCALE_COMMANDS.name(), 4);
  private static final Origin ORIGIN =
      new Origin("a test", Optional.of("cluster-1"), "1", Instant.EPOCH);

  @TempDir private Path folder;

  @Test
  void aHistoryInAFileIsTheHistory() throws IOException {
    Path file = folder.resolve("history.jsonl.gz");
    Export.Written written = new Export(HISTORY, PARTITIONS).to(file, ORIGIN);
    ArchiveHistory archive = new ArchiveHistory(file);

    assertThat(Fingerprint.of(archive.journal())).isEqualTo(Fingerprint.of(HISTORY.journal()));
    assertThat(Fingerprint.of(archive.commands()))
        .isEqualTo(Fingerprint.of(HISTORY.commands()))
        .isNotEmpty();
    assertThat(archive.journal().size()).isEqualTo(5_000);
    assertThat(archive.topics()).isEqualTo(HISTORY.topics());
    assertThat(archive.verify().hash()).isEqualTo(written.hash());
    assertThat(Audit.of(archive, true)).isInstanceOf(Verdict.Verified.class);
    assertThat(folder)
        .isDirectoryContaining("glob:**/history.jsonl.gz")
        .isDirectoryNotContaining("glob:**/*.part");
  }

  @Test
  void theSameHistoryGivesTheSameFile() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    new Export(HISTORY, PARTITIONS).to(one, ORIGIN);
    new Export(new ArchiveHistory(one), PARTITIONS).to(other, ORIGIN);

    assertThat(lines(other)).isEqualTo(lines(one));
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path file = folder.resolve("history.jsonl.gz");
    Files.writeString(file, "old");
    History broken = new ArchiveHistory(folder.resolve("missing"));

    assertThatThrownBy(() -> new Export(broken, PARTITIONS).to(file, ORIGIN))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining("missing: there is no such file");
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**/*.part");
  }

  @Test
  void everyKindOfDamageNamesTheLine() throws IOException {
    Path file = folder.resolve("history.jsonl.gz");
    new Export(HISTORY, PARTITIONS).to(file, ORIGIN);
    byte[] whole = Files.readAllBytes(file);

    assertDamage(Arrays.copyOf(whole, whole.length / 2), "line \\d{3,}: the file is cut off: .*");
    assertDamage(Arrays.copyOf(whole, whole.length - 3), "line \\d{4,}: the file is cut off: .*");
    assertDamage(Arrays.copyOf(whole, 5), "line 1: is not compressed with gzip: .*");
    assertDamage(new byte[0], "line 1: is not compressed with gzip: .*");
    assertDamage("plain text".getBytes(UTF_8), "line 1: is not compressed with gzip: .*");
    assertDamage(
        Arrays.copyOf(whole, whole.length + 1),
        "line \\d{4,}: more bytes follow the compressed data: .*");
    byte[] sum = whole.clone();
    sum[sum.length - 6] ^= 1;
    assertDamage(sum, "line \\d{4,}: gzip's checksum is [0-9a-f]{8}, expected [0-9a-f]{8}");
    String text = lines(file);
    assertDamage(gzip(text.stripTrailing()), "line \\d{4,}: the file ends within a line");
    assertDamage(gzip(text + "\n"), "line \\d{4,}: stands after the last line: .*");
    assertDamage(
        gzip(text.replaceFirst("\"mean\\\\\":", "\"mean\\\\\":1")), "line \\d+: hash is .*");
    assertDamage(gzip(""), "line 1: the file is empty: .*");
  }

  @Test
  void whatTheToolGzipCompressedIsRead() throws IOException, InterruptedException {
    Path file = folder.resolve("history.jsonl.gz");
    Export.Written written = new Export(HISTORY, PARTITIONS).to(file, ORIGIN);
    Path text = folder.resolve("history.jsonl");
    Files.writeString(text, lines(file));
    Files.delete(file);

    assertThat(new ProcessBuilder("gzip", text.toString()).start().waitFor()).isZero();

    assertThat(new ArchiveHistory(file).verify().hash()).isEqualTo(written.hash());
  }

  private void assertDamage(byte[] bytes, String message) throws IOException {
    Path damaged = folder.resolve("damaged.gz");
    Files.write(damaged, bytes);
    assertThatThrownBy(() -> new ArchiveHistory(damaged).verify())
        .isInstanceOf(ArchiveException.class)
        .hasMessageMatching("\\Q" + damaged + "\\E, " + message);
  }

  private static String lines(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
