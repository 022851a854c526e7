package io.sluice.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuTest {
  @TempDir Path cards;

  @Test
  void theUseIsReadWhereTheKernelTellsIt() throws IOException {
    Files.createDirectories(cards.resolve("card0"));
    Path device = Files.createDirectories(cards.resolve("card1/device"));
    Files.writeString(device.resolve("gpu_busy_percent"), "37\n");

    assertThat(new Gpu(cards).percent()).isEqualTo(37);
  }

  @Test
  void withoutAGraphicsProcessorTheUseIsZero() {
    assertThat(new Gpu(cards).percent()).isZero();
    assertThat(new Gpu(cards.resolve("missing")).percent()).isZero();
  }

  @Test
  void aFileThatStopsMakingSenseReadsAsZero() throws IOException {
    Path device = Files.createDirectories(cards.resolve("card0/device"));
    Files.writeString(device.resolve("gpu_busy_percent"), "?");

    assertThat(new Gpu(cards).percent()).isZero();
  }
}
