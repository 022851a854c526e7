package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Recall;
import io.sluice.topology.history.RecordSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A zone that {@link DecideProcessor} has in hand. */
final class Lane {
  final ZoneId zone;
  ZoneState state;
  Optional<Stopped> standing;

  /** Whether the state is that of a later release, which must not be touched. */
  final boolean foreign;

  /** Whether it was tried since this processor began to get over the place where it stands. */
  boolean tried;

  /** Whether it is known that the journal is the one of which the state was made. */
  private boolean recognised;

  /** The conditions whose end was told and not yet read back. */
  final Set<ConditionKind> ended = new HashSet<>();

  /** A zone of which this is kept. */
  static Lane of(ZoneId zone, ZoneStore.Kept kept) {
    return switch (kept) {
      case ZoneStore.Kept.Nothing ignored ->
          new Lane(zone, ZoneState.unknown(zone), Optional.empty(), false);
      case ZoneStore.Kept.Known(ZoneState state) -> new Lane(zone, state, standing(state), false);
      case ZoneStore.Kept.Foreign(Stopped where) ->
          new Lane(zone, ZoneState.unknown(zone), Optional.of(where), true);
    };
  }

  /**
   * Whether the journal is the one of which the zone's state was made: its last record is there,
   * and not younger than it was. A record that is read again is no more than that.
   */
  boolean recognises(Recall recall, int partition) {
    if (!recognised) {
      long last = state.progress().offset();
      try (RecordSource one = recall.journal(partition, last, last + 1)) {
        recognised =
            one.next().stream()
                .filter(raw -> !raw.time().isAfter(state.progress().clock().highest()))
                .anyMatch(raw ->
                    JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId found)
                        && found.equals(zone));
      }
    }
    return recognised;
  }

  /** Where it stands by itself, and not with all of its partition. */
  private static Optional<Stopped> standing(ZoneState state) {
    return state
        .progress()
        .stopped()
        .filter(where -> !where.kind().equals(StopReasons.FOLDED_AGAIN));
  }

  private Lane(ZoneId zone, ZoneState state, Optional<Stopped> standing, boolean foreign) {
    this.zone = zone;
    this.state = state;
    this.standing = standing;
    this.foreign = foreign;
  }
}
