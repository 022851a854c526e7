package io.sluice.compose.drill.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short form of {@code ./sluice chaos}, with a fixed seed. */
@Tag("undisturbed")
class ChaosIT {
  /** No fault begins later than this. */
  private static final Duration LENGTH = Duration.ofSeconds(25);

  /** So many on a machine that has nothing else to do; fewer on one that is busy. */
  private static final int FAULTS_MAX = 5;

  /**
   * By which a short run meets another template, a killed leader, lost offsets, and a condition.
   */
  private static final long SEED = 16_998;

  @Test
  void whateverIsDoneToItAClusterStaysWhatItHasToBe() throws IOException {
    Path folder =
        Path.of("target", "chaos-%d-%d".formatted(SEED, ProcessHandle.current().pid()))
            .toAbsolutePath();
    Files.createDirectories(folder);

    ChaosReport report =
        Chaos.run(new ChaosConfig(LENGTH, SEED, 1, FAULTS_MAX, ""), folder, System.out::println);

    report.strikes().forEach(System.out::println);
    System.out.println(report.requests() + ", " + report.audit());
    assertThat(report.strikes()).isNotEmpty();
    assertThat(report.requests().answered()).isPositive();
    assertThat(report.verdicts())
        .allSatisfy(verdict -> assertThat(verdict.broken()).as(verdict.toString()).isEmpty());
  }
}
