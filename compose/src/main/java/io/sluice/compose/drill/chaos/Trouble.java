package io.sluice.compose.drill.chaos;

import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ZoneId;
import java.util.HashSet;
import java.util.Set;

/**
 * A condition that a zone is in.
 *
 * @param zone whose it is
 * @param kind what kind
 */
record Trouble(ZoneId zone, ConditionKind kind) {
  /** The troubles that have to be, by what was done. Used by one thread. */
  static final class Due {
    private final Set<Trouble> now = new HashSet<>();
    private final Set<Trouble> ever = new HashSet<>();
    private final Set<Trouble> passing = new HashSet<>();

    /** From now on it has to be. */
    void begins(Trouble trouble) {
      now.add(trouble);
      ever.add(trouble);
    }

    /** It may be for a while, and ends by itself. */
    void passes(Trouble trouble) {
      passing.add(trouble);
      ever.add(trouble);
    }

    /** What there is beside those that end by themselves. */
    Set<Trouble> lasting(Set<Trouble> told) {
      Set<Trouble> lasting = new HashSet<>(told);
      lasting.removeAll(passing);
      return lasting;
    }

    /** What it came of was mended. */
    void ends(Trouble trouble) {
      now.remove(trouble);
    }

    Set<Trouble> now() {
      return Set.copyOf(now);
    }

    Set<Trouble> ever() {
      return Set.copyOf(ever);
    }
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(kind, zone);
  }
}
