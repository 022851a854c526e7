package io.sluice.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestCounterTest {
  private final RequestCounter requests = new RequestCounter();

  @Test
  void countsWhatIsInFlightAndWhatIsFinished() {
    requests.begin();
    requests.begin();
    requests.end();

    assertThat(requests.inFlight()).isEqualTo(1);
    assertThat(requests.finished()).isEqualTo(1);
  }

  @Test
  void isIdleAtOnceWhenNothingIsInFlight() throws InterruptedException {
    assertThat(requests.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void saysSoWhenTheTimeIsOverBeforeTheRequests() throws InterruptedException {
    requests.begin();

    assertThat(requests.awaitIdle(Duration.ofMillis(20))).isFalse();
    assertThat(requests.awaitIdle(Duration.ofMillis(-5))).isFalse();
  }

  @Test
  void waitsForTheLastRequest() throws InterruptedException {
    requests.begin();
    CompletableFuture<Void> ending = CompletableFuture.runAsync(requests::end);

    assertThat(requests.awaitIdle(Duration.ofSeconds(30))).isTrue();
    ending.join();
  }
}
