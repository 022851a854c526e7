package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.JournalState;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the office from outside; an immutable copy.
 *
 * @param term the term that this monitor serves; empty while it does not lead
 * @param journal identity of the journal, empty before it was seen
 * @param offsets the next offset to be read per partition of the journal; {@code known} is what
 *     stands before them
 * @param known what the journal's records say
 * @param view the same with facts that were recorded and not read back yet
 * @param trouble why there is no term; empty while there is one
 */
public record LeadershipState(
    Optional<Epoch> term,
    String journal,
    Map<Integer, Long> offsets,
    JournalState known,
    Fleet view,
    Optional<String> trouble) {
  /** Before the first term. */
  public static final LeadershipState NONE =
      new LeadershipState(
          Optional.empty(),
          "",
          Map.of(),
          JournalState.EMPTY,
          Fleet.EMPTY,
          Optional.of("the office was not taken yet"));

  /** Copies the offsets. */
  public LeadershipState {
    offsets = Map.copyOf(offsets);
  }

  /** Whether this monitor leads. */
  public boolean leads() {
    return term.isPresent();
  }

  /** The fleet by the journal's records. */
  public Fleet fleet() {
    return known.fleet();
  }

  LeadershipState without(String reason) {
    return new LeadershipState(
        Optional.empty(), journal, offsets, known, view, Optional.of(reason));
  }
}
