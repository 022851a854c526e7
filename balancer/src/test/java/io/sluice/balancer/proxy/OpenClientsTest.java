package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OpenClientsTest {
  @Test
  void noClientIsLookedAtMuchLaterThanTheShortestTimeTells() {
    assertThat(OpenClients.parts(ProxyTimeouts.DEFAULT)).isEqualTo(5);
    assertThat(OpenClients.parts(TestBed.QUICK)).isEqualTo(1);
    assertThat(OpenClients.parts(ProxyTimeouts.DEFAULT.withTryHead(Duration.ofMillis(850))))
        .isEqualTo(2);
  }
}
