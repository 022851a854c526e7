package io.sluice.provisioner.fleet.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerLog.Piece;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogsTest {
  private static final ServerId ONE = ServerId.of("zone1-1");
  private static final Piece ALL = new Piece(ServerLog.LINES_MAX, ServerLog.BEGIN);

  @TempDir private Path directory;
  private ServerLogs logs;
  private Path file;

  @BeforeEach
  void begin() throws IOException {
    logs = new ServerLogs(directory.resolve("logs"), 10);
    file = logs.begin(ONE);
  }

  @Test
  void theLastLinesAreTold() throws IOException {
    print("one\ntwo\nthree\n");

    ServerLog last = read(new Piece(2, ServerLog.BEGIN));

    assertThat(last.lines()).containsExactly("two", "three");
    assertThat(last.earlier()).isTrue();
    assertThat(read(ALL).lines()).containsExactly("one", "two", "three");
    assertThat(read(ALL).earlier()).isFalse();
  }

  @Test
  void whoAsksAgainHearsWhatIsNew() throws IOException {
    print("one\n");
    ServerLog first = read(ALL);
    assertThat(read(new Piece(5, first.next()))).isEqualTo(ServerLog.nothing(first.next()));

    print("two\nthree\n");

    ServerLog more = read(new Piece(5, first.next()));
    assertThat(more.lines()).containsExactly("two", "three");
    assertThat(more.earlier()).isFalse();
    assertThat(read(new Piece(1, first.next())).earlier()).isTrue();
  }

  @Test
  void aFileThatWasPutAsideIsReadAnew() throws IOException {
    print("x".repeat(17 << 20) + "\nlast\n");
    ServerLog before = read(ALL);
    logs.bound(ONE);

    print("new\n");

    ServerLog after = read(new Piece(5, before.next()));
    assertThat(after.lines()).containsExactly("new");
    assertThat(after.earlier()).as("what was printed before is in another file").isTrue();
    assertThat(read(ALL).earlier()).isTrue();
  }

  @Test
  void ofALargeFileTheEndIsReadFromTheBeginOfALine() throws IOException {
    String line = "0123456789".repeat(10);
    print(
        IntStream.range(0, 10_000)
            .mapToObj(i -> i + " " + line)
            .collect(Collectors.joining("\n", "", "\n")));

    ServerLog read = read(ALL);

    assertThat(read.lines()).hasSize(1_000).last().isEqualTo("9999 " + line);
    assertThat(read(new Piece(1_000, "1")).lines()).allMatch(told -> told.endsWith(" " + line));
    assertThat(read.earlier()).isTrue();
  }

  @Test
  void aTerminalTakesNothingOfItForAnOrder() throws IOException {
    print("\u001B[31mred\u001B[0m and \u001B]0;title\u0007 and\ttab, " + "y".repeat(5_000) + "\n");

    assertThat(read(ALL).lines())
        .singleElement()
        .satisfies(line -> {
          assertThat(line).startsWith("red and  ]0;title  and tab, yy").endsWith("…");
          assertThat(line).hasSize(ServerLog.LINE_CHARACTERS_MAX);
        });
  }

  @Test
  void whatACrashedServerPrintedIsThereStill() throws IOException {
    print("that was it");
    logs.removed(ONE, true);

    assertThat(read(ALL).lines()).containsExactly("that was it");
  }

  @Test
  void ofAServerThatWasStoppedNothingIsKept() throws IOException {
    print("one\n");
    logs.removed(ONE, false);

    assertThat(logs.read(ONE, ALL)).isEmpty();
  }

  @Test
  void aPlaceThatNoAnswerNamedIsRefused() throws IOException {
    print("one\n");

    for (String place : new String[] {"-1", "soon", "99999999999999999999"}) {
      assertThatThrownBy(() -> read(new Piece(1, place)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'%s': expected a place that an answer named as its next".formatted(place));
    }
  }

  private ServerLog read(Piece piece) {
    return logs.read(ONE, piece).orElseThrow();
  }

  private void print(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
