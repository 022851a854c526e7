package io.sluice.provisioner.fleet.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StartMarkTest {
  private static final String REST = " S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1 2 3";

  @Test
  void theTicksAreFoundWhateverAProcessIsCalled() {
    assertThat(StartMark.ticks("7 (java)" + REST)).contains(98_765L);
    assertThat(StartMark.ticks("7 (a) b (c) 1 2 3)" + REST)).contains(98_765L);
    assertThat(StartMark.ticks("7 (java) S 1")).isEmpty();
    assertThat(StartMark.ticks("")).isEmpty();
  }

  @Test
  void everyReadingOfOneProcessIsTheSameAndOfAnotherIsNot() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")));
    long own = ProcessHandle.current().pid();

    assertThat(StartMark.of(own)).isPresent().isEqualTo(StartMark.of(own));
    assertThat(StartMark.of(1)).isNotEqualTo(StartMark.of(own));
    assertThat(StartMark.of(Long.MAX_VALUE)).isEmpty();
  }
}
