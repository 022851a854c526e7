package io.sluice.compose.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages of operations show is what can be typed. */
class OperationsPagesTest {
  private static final Path PAGES = Path.of("..", "docs", "operations");
  private static final Pattern MONITOR =
      Pattern.compile("```yaml\n(# monitor\\.yaml\n.*?)```", Pattern.DOTALL);

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"engines.md", "swarm.md"})
  void theMonitorFileOfAPageStarts(String page) throws IOException {
    List<String> shown =
        MONITOR
            .matcher(Files.readString(PAGES.resolve(page)))
            .results()
            .map(OperationsPagesTest::text)
            .toList();

    assertThat(shown).isNotEmpty();
    for (String text : shown) {
      Path file = Files.writeString(folder.resolve(page + ".yaml"), text);
      assertThatCode(() -> MonitorFile.read(page, RoleFiles.open(file, Map.of())))
          .doesNotThrowAnyException();
    }
  }

  private static String text(MatchResult block) {
    return block.group(1);
  }
}
