package io.sluice.gate.rule;

import static io.sluice.gate.rule.Bodies.RULES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gate.rule.Tars.Entry;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files get into a container, and which containers get any. */
class FilesTarTest {
  private static final String VOLUME =
      """
      {"Type":"volume","Name":"%s","Source":"","Destination":"/run/secrets","RW":true}
      """
          .formatted("ab".repeat(32));

  private static final String CREATED =
      """
      {"Id":"0123456789ab","State":{"Status":"created"},"Mounts":[%s],
       "Config":{"User":"1000:33","Labels":{"sluice.cluster":"blue"}}}
      """
          .formatted(VOLUME);

  @Test
  void whatTheFleetSendsIsWrittenAnew() throws Exception {
    byte[] sent =
        Tars.written(
            Entry.of("password", "hunter2"),
            new Entry("empty", "", entry -> entry.setMode(0444)),
            new Entry("large", "x".repeat(65_536), entry -> entry.setIds(100_000_000, 0)));

    byte[] written = FilesTar.write(passed(sent).files());

    Map<String, String> found = new TreeMap<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(written))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(entry.getUserName()).isEmpty();
        found.put(
            "%s %o %d:%d"
                .formatted(
                    entry.getName(),
                    entry.getMode(),
                    entry.getLongUserId(),
                    entry.getLongGroupId()),
            new String(in.readAllBytes(), ISO_8859_1));
      }
    }
    assertThat(found)
        .isEqualTo(
            Map.of(
                "password 400 1000:33",
                "hunter2",
                "empty 444 1000:33",
                "",
                "large 400 100000000:0",
                "x".repeat(65_536)));
    assertThat(Tars.outside(written)).isEmpty();
  }

  @Test
  void aFileDoesNotShowWhatIsInIt() {
    assertThat(passed(Tars.usual()).toString()).contains("password").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../password",
        "/etc/passwd",
        "a/b",
        "./password",
        ".",
        "..",
        ".hidden",
        "a b",
        "a\nb"
      })
  void aNameThatLeadsElsewhereIsRefused(String name) {
    assertThat(refused(Tars.written(Entry.of(name, "x")))).contains("expected");
  }

  @Test
  void aLongNameIsRefused() {
    assertThat(refused(Tars.written(Entry.of("a".repeat(64), "x")))).contains("expected a name");
    assertThat(refused(Tars.written(Entry.of("a".repeat(200), "x")))).contains("expected");
  }

  @ParameterizedTest
  @CsvSource({"04400", "0755", "0600", "0401", "02444", "0", "0100400"})
  void anotherModeIsRefused(String mode) {
    byte[] tar =
        Tars.written(new Entry("a", "x", entry -> entry.setMode(Integer.parseInt(mode, 8))));

    assertThat(refused(tar)).contains("mode of a", "expected 400 or 444");
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_LINK,
        TarConstants.LF_SYMLINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_DIR,
        TarConstants.LF_FIFO,
        TarConstants.LF_CONTIG,
        TarConstants.LF_OLDNORM,
        TarConstants.LF_PAX_EXTENDED_HEADER_LC,
        TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER,
        TarConstants.LF_GNUTYPE_LONGNAME,
        TarConstants.LF_GNUTYPE_LONGLINK,
        TarConstants.LF_GNUTYPE_SPARSE
      })
  void whatIsNoPlainFileIsRefused(byte type) {
    byte[] tar = Tars.usual();
    tar[156] = type;

    assertThat(refused(summed(tar))).contains("entry 'password': expected a plain file");
  }

  @Test
  void aFileThatNamesATargetOrADirectoryBesidesIsRefused() {
    for (int at : new int[] {157, 345, 256, 499}) {
      byte[] tar = Tars.usual();
      tar[at] = 'x';

      assertThat(refused(summed(tar))).contains("expected a plain file");
    }
  }

  @Test
  void whatIsNotWholeIsRefused() {
    byte[] tar = Tars.usual();

    assertThat(refused(new byte[0])).contains("expected");
    assertThat(refused(new byte[1024])).contains("expected a file");
    assertThat(refused(Arrays.copyOf(tar, 512))).contains("all of it there");
    assertThat(refused(Arrays.copyOf(tar, 700))).contains("expected");
    assertThat(refused(Arrays.copyOf(tar, 1024))).contains("zeros behind the last file");
    byte[] more = Arrays.copyOf(tar, tar.length + 1);
    more[tar.length] = 1;
    assertThat(refused(more)).contains("zeros behind the last file");
    tar[0] = 'q';
    assertThat(refused(tar)).contains("expected its checksum");
  }

  @Test
  void moreThanSecretsCanBeIsRefused() {
    assertThat(refused(Tars.written(Entry.of("a", "x".repeat(65_537)))))
        .contains("size of a 65537: expected");
    assertThat(refused(Tars.written(Entry.of("a", "x"), Entry.of("a", "y"))))
        .contains("'a': expected once");
    Entry[] many = new Entry[65];
    Arrays.setAll(many, i -> Entry.of("f" + i, ""));
    assertThat(refused(Tars.written(many))).contains("expected 64 files at most");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "created|running|'running': expected one that was never started",
        "created|exited|'exited': expected one that was never started",
        "\"created\"|7|expected one that was never started",
        "blue|green|container blue-zone1-1 is not ours",
        "volume|bind|expected a volume of its own at /run/secrets",
        "abab|uploads|expected a volume of its own at /run/secrets",
        "/run/secrets|/data|expected a volume of its own at /run/secrets",
        "1000:33|1000|owner of password 1000:33: expected 0:0",
        "1000:33|web|owner of password 1000:33: expected 0:0"
      })
  void anotherContainerGetsNone(String before, String after, String reason) throws Exception {
    assertThat(
            RULES.objection(
                passed(Tars.usual()), new ObjectMapper().readTree(CREATED.replace(before, after))))
        .hasValueSatisfying(said -> assertThat(said).contains(reason));
  }

  @Test
  void aContainerThatWasMadeForThemGetsThemByItsId() throws Exception {
    FilesCall call = passed(Tars.usual());

    assertThat(RULES.objection(call, new ObjectMapper().readTree(CREATED))).isEmpty();
    assertThat(call.on("ID").method()).isEqualTo("PUT");
    assertThat(call.on("ID").target()).isEqualTo("/containers/ID/archive?path=%2Frun%2Fsecrets");
    byte[] roots = Tars.written(new Entry("a", "x", entry -> entry.setIds(0, 0)));
    for (String user : new String[] {"", "web", "0", "1000"}) {
      assertThat(
              RULES.objection(
                  passed(roots), new ObjectMapper().readTree(CREATED.replace("1000:33", user))))
          .isEmpty();
    }
  }

  /** Whatever passes, read by somebody else, is plain files, as sent and as written. */
  @Property(tries = 20_000)
  void whateverPassesIsPlainFiles(@ForAll Random random) {
    byte[] tar =
        random.nextBoolean()
            ? Tars.usual()
            : Tars.written(Entry.of("a", "x".repeat(600)), Entry.of("b.txt", ""));
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      // The headers of the first file and of the second.
      int block = random.nextInt(4) == 0 ? Math.min(1536, tar.length - 512) : 0;
      tar[block + random.nextInt(512)] = (byte) "\0 01457x/.".charAt(random.nextInt(10));
    }
    byte[] sent = random.nextInt(5) > 0 ? summed(tar) : tar;

    Verdict.Ruling ruling = RULES.files("a", sent);

    Statistics.label("passed")
        .collect(ruling instanceof Verdict.PassFiles)
        .coverage(checker -> checker.check(true).percentage(share -> share > 5));
    if (ruling instanceof Verdict.PassFiles(var call)) {
      // Times and devices are not read here, and others may stumble over them.
      assertThat(Tars.outside(sent)).allMatch(found -> found.startsWith(Tars.UNREADABLE));
      assertThat(Tars.outside(FilesTar.write(call.files()))).isEmpty();
    }
  }

  private static FilesCall passed(byte[] tar) {
    Verdict.Ruling ruling = RULES.files(Bodies.NAME, tar);
    assertThat(ruling).isInstanceOf(Verdict.PassFiles.class);
    return ((Verdict.PassFiles) ruling).call();
  }

  private static String refused(byte[] tar) {
    Verdict.Ruling ruling = RULES.files(Bodies.NAME, tar);
    assertThat(ruling).isInstanceOf(Verdict.Refuse.class);
    return ((Verdict.Refuse) ruling).reason();
  }

  /** The same with the first header's sum put right. */
  private static byte[] summed(byte[] tar) {
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : tar[i] & 0xff;
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(ISO_8859_1);
    System.arraycopy(text, 0, tar, 148, text.length);
    return tar;
  }
}
