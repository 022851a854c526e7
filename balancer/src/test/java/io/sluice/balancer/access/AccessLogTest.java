package io.sluice.balancer.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A log that outlives rotations and full disks. */
final class AccessLogTest {
  @TempDir private Path directory = Path.of("");
  private final Loops loops =
      new Loops((loop, cause) -> {
        throw new AssertionError(loop + " ended", cause);
      });
  private Optional<AccessLog> open = Optional.empty();

  private Path file() {
    return directory.resolve("access.log");
  }

  private AccessLog log() throws IOException {
    AccessLogConfig config = new AccessLogConfig(AccessFormat.COMMON, Optional.of(file()));
    AccessLog log = new AccessLog(config, "access-log", loops);
    open = Optional.of(log);
    return log;
  }

  @AfterEach
  void close() {
    open.ifPresent(AccessLog::close);
    loops.close();
  }

  private static AccessEntry entry(int number) {
    String line = "GET /" + number + " HTTP/1.1";
    return new AccessEntry(
        Instant.EPOCH,
        new AccessEntry.Asked("192.0.2.1", line, "", ""),
        new AccessEntry.Outcome(200, 1, "zone1-1", Duration.ZERO, RequestError.NONE));
  }

  /** The numbers in the lines of a file; a line that is not whole fails. */
  private static List<Integer> numbers(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream()
        .map(line -> {
          assertThat(line).matches("192\\.0\\.2\\.1 - - \\[.*] \"GET /\\d+ HTTP/1\\.1\" 200 1");
          return Integer.valueOf(line.replaceAll(".*GET /(\\d+) .*", "$1"));
        })
        .toList();
  }

  @Test
  void aFileThatWasMovedAwayIsOpenedAnewByItself() throws Exception {
    AccessLog log = log();
    log.add(entry(1));
    await().until(() -> numbers(file()).equals(List.of(1)));

    Path moved = directory.resolve("access.log.1");
    Files.move(file(), moved);

    await().until(() -> Files.exists(file()));
    log.add(entry(2));
    await().until(() -> numbers(file()).equals(List.of(2)));
    assertThat(numbers(moved)).containsExactly(1);
    assertThat(log.lost()).isZero();
  }

  @Test
  void askedToItOpensTheFileAnewAtOnce() throws Exception {
    AccessLog log = log();
    Path moved = directory.resolve("access.log.1");
    Files.move(file(), moved);
    log.reopen();
    await().atMost(Duration.ofMillis(900)).until(() -> Files.exists(file()));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDiskThatWasFullForAWhileCostsNoLine() throws Exception {
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    AccessLog log = log();
    IntStream.range(0, 3000).forEach(number -> log.add(entry(number)));
    Path real = directory.resolve("real");
    Files.createFile(real);

    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, real);
    Files.move(link, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> numbers(real).equals(IntStream.range(0, 3000).boxed().toList()));
    assertThat(log.lost()).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatThereIsNoRoomForIsLostAndCounted() throws Exception {
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    AccessLog log = log();
    await()
        .until(() -> {
          IntStream.range(0, 20_000).forEach(number -> log.add(entry(number)));
          return log.lost() > 0;
        });
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCanNotBeWrittenUntilTheEndIsLostAndCounted() throws Exception {
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    AccessLog log = log();
    IntStream.range(0, 3000).forEach(number -> log.add(entry(number)));
    assertThat(loops.states()).extracting(LoopState::name).containsExactly("access-log");
    log.close();
    open = Optional.empty();
    assertThat(log.lost()).isPositive();
    assertThat(loops.states()).as("closed with it").isEmpty();
  }
}
