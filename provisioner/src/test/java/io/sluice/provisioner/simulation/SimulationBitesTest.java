package io.sluice.provisioner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster that is broken on purpose does not get through. */
class SimulationBitesTest {
  private static final int SEEDS_MAX = 3000;

  @ParameterizedTest
  @CsvSource({
    "NO_FENCING, ONE_WRITER_PER_EPOCH",
    "NO_IDEMPOTENCE, LAUNCHED_ONCE",
    "NO_RECONCILIATION, NOTHING_LOST",
    "NO_COMPARE_AND_SET, SNAPSHOTS_GO_ON",
    "NO_ELECTION, ONE_LEADER",
    "NO_HEARTBEATS, CALM",
    "EFFECTS_FIRST, DEPOSED_STOPS",
    "NO_PROOF, DEPOSED_STOPS",
    "RARE_PROOF, DEPOSED_STOPS",
    "REPEATED_WRITES, EXACTLY_ONCE",
    "SNAPSHOTS_AHEAD, RECOVERS_THE_JOURNAL",
    "UNTRUE_ADOPTION, TRUE_FACTS",
    "NO_STOPS, CONVERGES",
    "OFFSETS_BELIEVED, LAUNCHED_ONCE",
    "SILENCE_BELIEVED, TRUE_FACTS",
    "SILENCE_BELIEVED, LEFT_ALONE",
    "CLOCK_BELIEVED, NOTHING_LOST",
    "LOST_EFFECTS, EXACTLY_ONCE",
    "NO_SIGNS, ONE_PER_ID",
    "CONDITIONS_KEPT, TRUE_CONDITIONS",
    "OUTAGE_INVENTED, TRUE_CONDITIONS",
    "ENDS_GUESSED, ENDS_EXPLAINED"
  })
  void aFlawBreaksTheInvariantThatItConcerns(Flaw flaw, Invariant invariant) {
    Optional<Simulation.Run> caught =
        LongStream.rangeClosed(1, SEEDS_MAX)
            .mapToObj(seed -> Simulation.run(seed, flaw))
            .filter(run -> run.broken().equals(Optional.of(invariant)))
            .findFirst();

    System.out.printf("simulation: %s is caught with %s%n", flaw, caught.map(Simulation.Run::seed));
    assertThat(caught).isPresent();
    assertThat(Simulation.run(caught.orElseThrow().seed(), Flaw.NONE).broken()).isEmpty();
  }
}
