package io.sluice.topology.history;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.ZoneState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * When a zone's state is worth a checkpoint: behind its first fact, at each change of the decision
 * rules, and then every {@link #INTERVAL} of the fold's time or {@link #RECORDS_MAX} facts, so that
 * no more than that has to be folded to tell any moment. What was written last is known to this
 * process only: another one that takes over begins with a checkpoint.
 */
public final class CheckpointPlan {
  /** The longest time between two, while there are facts. */
  public static final Duration INTERVAL = Duration.ofMinutes(5);

  /** The most facts between two. */
  public static final int RECORDS_MAX = 10_000;

  /** What a zone was like at its last checkpoint. */
  private static final class Last {
    private Instant time = Instant.MIN;
    private int records;
  }

  private final Map<ZoneId, Last> last = new HashMap<>();

  /** Whether the state behind this fact is to be kept. */
  public boolean isDue(ZoneState before, ZoneState after, JournalRecord entry) {
    Last kept = last.computeIfAbsent(entry.event().zone(), fresh -> new Last());
    kept.records++;
    boolean due =
        kept.time.equals(Instant.MIN)
            || kept.records >= RECORDS_MAX
            || Duration.between(kept.time, after.time()).abs().compareTo(INTERVAL) >= 0
            || before.progress().foldVersion() != after.progress().foldVersion();
    if (due) {
      kept.time = after.time();
      kept.records = 0;
    }
    return due;
  }

  /** Whether nothing was known of the zone before. */
  public static boolean begins(ZoneState before) {
    return before.progress().offset() < 0 && !before.zone().declared();
  }
}
