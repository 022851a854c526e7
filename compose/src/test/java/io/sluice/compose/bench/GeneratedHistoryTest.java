package io.sluice.compose.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedHistoryTest {
  @ParameterizedTest
  @ValueSource(ints = {3, 10, 100})
  void itIsAHistoryThatIsVerified(int servers) {
    GeneratedHistory history =
        new GeneratedHistory(new GeneratedHistory.Shape(20_001, 3, servers, 2));

    assertThat(Audit.of(history, true))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> {
              assertThat(verified.counts().records()).isEqualTo(20_001);
              assertThat(verified.counts().ofCommands().commands()).isGreaterThan(20);
            });
  }

  @Test
  void muchHappensInIt() {
    List<JournalRecord> facts =
        new GeneratedHistory(new GeneratedHistory.Shape(20_000, 3, 10, 1)).facts();

    Set<Class<?>> kinds =
        facts.stream().map(fact -> fact.event().getClass()).collect(Collectors.toSet());
    assertThat(kinds)
        .contains(
            FleetEvent.LoadObserved.class,
            FleetEvent.ServerStarted.class,
            FleetEvent.ServerReady.class,
            FleetEvent.ServerExited.class,
            FleetEvent.ServerDraining.class,
            FleetEvent.ServerStopped.class);
  }
}
