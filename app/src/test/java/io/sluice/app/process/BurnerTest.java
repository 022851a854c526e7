package io.sluice.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.process.Burner.Burnt;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BurnerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void asMuchProcessorTimeIsUsedAsWasAskedFor() throws Exception {
    try (Burner burner = new Burner(1, 0)) {
      Burnt burnt = burner.burn(Duration.ofMillis(40)).orElseThrow().get(30, TimeUnit.SECONDS);

      assertThat(burnt.cpuNanos()).isBetween(40_000_000L, 60_000_000L);
    }
  }

  @Test
  void demandBeyondThePlacesIsRefused() {
    try (Burner burner = new Burner(1, 1)) {
      assertThat(burner.burn(LONG)).isPresent();
      assertThat(burner.burn(LONG)).isPresent();
      assertThat(burner.burn(LONG)).isEmpty();
    }
  }

  @Test
  void whatIsCancelledMakesRoom() {
    try (Burner burner = new Burner(1, 0)) {
      Future<Burnt> first = burner.burn(LONG).orElseThrow();
      assertThat(burner.burn(LONG)).isEmpty();

      first.cancel(true);

      await().until(() -> burner.burn(LONG).isPresent());
    }
  }
}
