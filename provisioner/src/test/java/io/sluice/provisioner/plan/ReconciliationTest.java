package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.fleet;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconciliationTest {
  private static final ServerId SERVER = server("zone1-1");

  /** The table of the class, row by row. */
  @ParameterizedTest
  @CsvSource({
    "STARTING, runs,   -",
    "STARTING, ended,  lost",
    "STARTING, absent, lost",
    "READY,    runs,   -",
    "READY,    ended,  lost",
    "READY,    absent, lost",
    "DRAINING, runs,   -",
    "DRAINING, ended,  lost",
    "DRAINING, absent, lost",
    "DEAD,     runs,   -",
    "DEAD,     ended,  -",
    "DEAD,     absent, -",
    "unknown,  runs,   stray",
    "unknown,  ended,  stray",
    "unknown,  absent, -",
  })
  void journalAndFleetAreCompared(String journal, String listed, String verdict) {
    Fleet view =
        journal.equals("unknown")
            ? Fleet.EMPTY
            : fleet(life("zone1-1", ServerState.valueOf(journal)));
    List<Instance> listing =
        switch (listed) {
          case "runs" -> List.of(new Instance(SERVER, true));
          case "ended" -> List.of(new Instance(SERVER, false));
          default -> List.of();
        };

    Reconciliation found =
        Reconciliation.of(view, Reconciliation.known(view), Set.of(), Listing.of(listing));

    assertThat(found.lost()).isEqualTo(verdict.equals("lost") ? List.of(SERVER) : List.of());
    assertThat(found.stray()).isEqualTo(verdict.equals("stray") ? List.of(SERVER) : List.of());
  }

  @Test
  void whatIsUnderWayIsNotDisturbed() {
    Fleet view = fleet(life("zone1-1", ServerState.DRAINING));
    List<Instance> listing = List.of(new Instance(server("zone1-2"), true));

    Reconciliation found =
        Reconciliation.of(
            view,
            Reconciliation.known(view),
            Set.of(SERVER, server("zone1-2")),
            Listing.of(listing));

    assertThat(Stream.concat(found.lost().stream(), found.stray().stream())).isEmpty();
  }

  @Test
  void whatCameOrWentSinceTheListingWasAskedForIsNoDiscrepancy() {
    Fleet before = fleet(life("zone1-1", ServerState.DRAINING));
    Fleet now = fleet(life("zone1-2", ServerState.STARTING));

    Reconciliation found =
        Reconciliation.of(
            now,
            Reconciliation.known(before),
            Set.of(),
            Listing.of(List.of(new Instance(SERVER, true))));

    assertThat(found.lost()).isEmpty();
    assertThat(found.stray()).isEmpty();
  }

  @Test
  void ofAZoneThatNothingIsKnownOfNothingIsLost() {
    Fleet view = fleet(life("zone1-1", ServerState.READY));

    Reconciliation found =
        Reconciliation.of(
            view, Reconciliation.known(view), Set.of(), Listing.of(List.of(), Set.of()));

    assertThat(found.lost()).isEmpty();
    assertThat(found.stray()).isEmpty();
  }
}
