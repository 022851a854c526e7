package io.sluice.compose.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.topology.whatif.NamedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFilesTest {
  private static final Path EXAMPLES = Path.of("..", "docs", "policies");

  @TempDir private Path folder;

  @Test
  void everyExampleIsAPolicyThatHasTheRuleItIsNamedAfter() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(EXAMPLES)) {
      files = found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }

    List<NamedPolicy> policies = PolicyFiles.read(files);

    assertThat(policies)
        .extracting(NamedPolicy::name)
        .containsExactly(
            "predictive-hourly", "predictive", "schedule", "step", "target", "threshold");
    for (NamedPolicy named : policies) {
      assertThat(named.policy().rules())
          .as(named.name())
          .anyMatch(rule -> named.name().startsWith(name(rule)));
    }
  }

  @Test
  void everythingThatIsWrongInAnyFileIsSaidAtOnce() throws IOException {
    Path wrong = file("a.yaml", "servers: {min: 5, max: 2}\nrule: x\n");
    Path broken = file("b.yaml", "servers: [");
    Path missing = folder.resolve("c.yaml");
    Path twice = Files.createDirectory(folder.resolve("d")).resolve("e.json");
    Files.writeString(twice, "{}");
    Path again = file("e.yaml", "{}");

    assertThatThrownBy(() -> PolicyFiles.read(List.of(wrong, broken, missing, twice, again)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.yaml: servers.min: is 5, expected at most max")
        .hasMessageContaining("a.yaml: rule: is unknown, expected one of")
        .hasMessageContaining("b.yaml: line ")
        .hasMessageContaining("c.yaml: (file): is unreadable, expected a file that can be read")
        .hasMessageContaining("e.yaml: (file): is another policy called 'e'");
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String name(ScalingRule rule) {
    return switch (rule) {
      case ScalingRule.Threshold ignored -> "threshold";
      case ScalingRule.Target ignored -> "target";
      case ScalingRule.Step ignored -> "step";
      case ScalingRule.Schedule ignored -> "schedule";
      case ScalingRule.Predictive ignored -> "predictive";
      case ScalingRule.Idle ignored -> "idle";
    };
  }
}
