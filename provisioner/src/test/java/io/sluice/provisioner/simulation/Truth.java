package io.sluice.provisioner.simulation;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What trouble the zones really are in, against which conditions are held. */
final class Truth {
  /** A leader may be so late with what it says: its answer was under way, or it was paused. */
  private static final long LATE = 45_000;

  private final Map<Author, List<ZoneId>> files = new HashMap<>();
  private final Map<ZoneId, Long> silentUntil = new HashMap<>();
  private final Set<ZoneId> stubborn = new HashSet<>();

  /**
   * An attempt at the office begins.
   *
   * @param file the zones of its monitor's file
   */
  void begins(Author author, List<ZoneId> file) {
    files.put(author, file);
  }

  /** The zone's engine does not answer whoever lists, until then. */
  void silent(ZoneId zone, long until) {
    silentUntil.merge(zone, until, Math::max);
  }

  /** All engines answer from now on. */
  void endSilence(long now) {
    silentUntil.replaceAll((zone, until) -> Math.min(until, now));
  }

  boolean silentAt(ZoneId zone, long now) {
    return silentUntil.getOrDefault(zone, Long.MIN_VALUE) > now;
  }

  /** A server of the zone could not be stopped. */
  void refusedToStop(ZoneId zone) {
    stubborn.add(zone);
  }

  /** What is untrue about a condition that was raised just now; empty: nothing. */
  Optional<String> objection(Author author, ZoneId zone, Condition condition, long now) {
    ConditionKind kind = condition.kind();
    boolean unconfigured =
        kind.equals(ConditionKind.ZONE_NOT_CONFIGURED)
            && !files.getOrDefault(author, List.of()).contains(zone);
    boolean unreachable =
        kind.equals(ConditionKind.FLEET_UNREACHABLE) && silentAt(zone, now - LATE);
    boolean stuck = kind.equals(ConditionKind.SERVER_STUCK) && stubborn.contains(zone);
    return unconfigured || unreachable || stuck
        ? Optional.empty()
        : Optional.of("%s says of %s: %s".formatted(author, zone, condition.what()));
  }
}
