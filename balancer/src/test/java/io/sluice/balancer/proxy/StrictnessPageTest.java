package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about strictness says what is tested, and nothing else. */
final class StrictnessPageTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "http-strictness.md");

  @Test
  void thePageHasTheRowsThatAreTested() throws IOException {
    List<String> rows =
        Stream.of(StrictnessIT.requests(), StrictnessIT.responses())
            .flatMap(List::stream)
            .map(StrictnessCase::row)
            .toList();

    List<String> written =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| ---"))
            .filter(line -> !line.startsWith("| section "))
            .toList();

    assertThat(written).as("should be:%n%s", String.join("\n", rows)).isEqualTo(rows);
  }
}
