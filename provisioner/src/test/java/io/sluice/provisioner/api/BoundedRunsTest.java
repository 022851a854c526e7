package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helidon.http.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BoundedRunsTest {
  @Test
  void aRunThatTakesTooLongIsInterruptedAndGivenUp() {
    AtomicBoolean interrupted = new AtomicBoolean();
    try (BoundedRuns runs = new BoundedRuns(new Places(1, 0, 1), Duration.ofMillis(50))) {
      assertThatThrownBy(() ->
              runs.run(
                  Caller.OPERATOR,
                  () -> {
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException given) {
                      interrupted.set(true);
                    }
                    return 1;
                  }))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.status()).isEqualTo(Status.SERVICE_UNAVAILABLE_503));

      await().untilTrue(interrupted);
      // The place is free again as soon as the run has really ended.
      await().ignoreExceptions().until(() -> runs.run(Caller.OPERATOR, () -> 2) == 2);
    }
  }

  @Test
  void aRunThatFailsFreesItsPlaceAndItsFailureIsSeen() {
    try (BoundedRuns runs = new BoundedRuns(new Places(1, 0, 1), Duration.ofSeconds(10))) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() ->
                runs.run(
                    Caller.OPERATOR,
                    () -> {
                      throw new IllegalArgumentException("broken");
                    }))
            .hasMessage("broken");
      }
      assertThat(runs.run(Caller.OPERATOR, () -> 3)).isEqualTo(3);
    }
  }
}
