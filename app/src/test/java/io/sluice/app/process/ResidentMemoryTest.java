package io.sluice.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidentMemoryTest {
  private static final long HEAP_BASED =
      Runtime.getRuntime().maxMemory() + ResidentMemory.BESIDE_HEAP_BYTES;

  @TempDir Path proc;

  @Test
  void theResidentSetIsReadInKibibytes() throws IOException {
    status("Name:\tjava\nVmRSS:\t  102400 kB\nThreads:\t20\n");

    ResidentMemory memory = new ResidentMemory(proc);

    assertThat(memory.usedBytes()).isEqualTo(100L << 20);
    assertThat(memory.percent()).isEqualTo(100.0 * (100L << 20) / memory.limitBytes());
  }

  @Test
  void withoutSuchAFileTheJvmsOwnAccountsAreUsed() {
    ResidentMemory memory = new ResidentMemory(proc);

    assertThat(memory.usedBytes()).isBetween(1L << 20, 8L << 30);
    assertThat(memory.limitBytes()).isEqualTo(HEAP_BASED);
  }

  @Test
  void aContainerWithLessMemoryThanItsHostLimitsTheProcess() throws IOException {
    Files.writeString(proc.resolve("meminfo"), "MemTotal:       99999999999 kB\n");

    assertThat(new ResidentMemory(proc).limitBytes()).isNotEqualTo(HEAP_BASED).isPositive();
  }

  @Test
  void onAHostWithoutLimitTheHeapDoes() throws IOException {
    Files.writeString(proc.resolve("meminfo"), "MemTotal:       1 kB\n");

    assertThat(new ResidentMemory(proc).limitBytes()).isEqualTo(HEAP_BASED);
  }

  private void status(String text) throws IOException {
    Files.createDirectories(proc.resolve("self"));
    Files.writeString(proc.resolve("self/status"), text);
  }
}
