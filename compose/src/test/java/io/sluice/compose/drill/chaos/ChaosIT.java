package io.sluice.compose.drill.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short form of {@code ./sluice chaos}, with fixed seeds. */
class ChaosIT {
  private static final Duration LENGTH = Duration.ofSeconds(60);

  /** So many on a machine that has nothing else to do; fewer on one that is busy. */
  private static final int FAULTS_MAX = 8;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whateverIsDoneToItAClusterStaysWhatItHasToBe(long seed) throws IOException {
    Path folder =
        Path.of("target", "chaos-%d-%d".formatted(seed, ProcessHandle.current().pid()))
            .toAbsolutePath();
    Files.createDirectories(folder);

    ChaosReport report =
        Chaos.run(new ChaosConfig(LENGTH, seed, 1, FAULTS_MAX), folder, System.out::println);

    report.strikes().forEach(System.out::println);
    System.out.println(report.requests() + ", " + report.audit());
    assertThat(report.strikes()).isNotEmpty();
    assertThat(report.requests().answered()).isPositive();
    assertThat(report.verdicts())
        .allSatisfy(verdict -> assertThat(verdict.broken()).as(verdict.toString()).isEmpty());
  }
}
