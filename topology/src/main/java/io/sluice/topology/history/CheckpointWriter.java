package io.sluice.topology.history;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.CheckpointCodec.Link;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The checkpoints of one process: each when it is due, and each naming the one before it of its
 * zone.
 */
public final class CheckpointWriter {
  /** The largest checkpoint that is written, in bytes: what a topic takes by Kafka's default. */
  public static final int BYTES_MAX = 1_000_000;

  /**
   * A checkpoint as it is to be written.
   *
   * @param value the state, packed
   * @param headers what is said of it
   */
  // An array in a record is compared by identity; nobody compares these.
  @SuppressWarnings("ArrayRecordComponent")
  public record Written(byte[] value, Map<String, byte[]> headers) {}

  private final String name;
  private final CheckpointPlan plan = new CheckpointPlan();
  private final Map<ZoneId, Link> last = new HashMap<>();

  /**
   * For one process.
   *
   * @param name the process, in ASCII; no other one has ever had it
   */
  public CheckpointWriter(String name) {
    this.name = name;
  }

  /** The checkpoint behind this fact, if one is due. */
  public Optional<Written> behind(JournalRecord fact, ZoneState before, ZoneState after) {
    if (!plan.isDue(before, after, fact)) {
      return Optional.empty();
    }
    byte[] packed = CheckpointCodec.encode(after);
    // One that is too large for a record is done without: the past is only told later.
    if (packed.length > BYTES_MAX) {
      return Optional.empty();
    }
    ZoneId zone = fact.event().zone();
    boolean begins = CheckpointPlan.begins(before);
    Link link =
        CheckpointCodec.link(name, Optional.ofNullable(last.get(zone)), fact, begins, packed);
    last.put(zone, link);
    return Optional.of(new Written(packed, CheckpointCodec.headers(fact, begins, link)));
  }
}
