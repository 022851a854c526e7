package io.sluice.provisioner.snapshot;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.plan.SettledStarts;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ZoneCondition;
import io.sluice.schemas.id.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says up to a place in each of its partitions.
 *
 * <p>Its text is one JSON object that begins with {@code journal}, {@code epoch} and {@code
 * offsets}, in this order: the script that compares snapshots in Redis reads just these.
 *
 * @param journal identity of the journal that it was folded from
 * @param epoch the term of the leader that took it
 * @param offsets the next offset to be read, per partition of the journal
 * @param checksum of everything else
 * @param fleet what the facts before these offsets add up to
 * @param settled the servers of which they tell what came of their start; a text without it is of a
 *     release that did not keep it, and no snapshot any more
 * @param marks where the last fact of each partition stands that it has, which proves that it is of
 *     the past that the journal tells; the same holds of a text without it
 */
@JsonPropertyOrder({"journal", "epoch", "offsets", "checksum", "fleet", "settled", "marks"})
public record Snapshot(
    String journal,
    Epoch epoch,
    SortedMap<Integer, Long> offsets,
    String checksum,
    Fleet fleet,
    SettledStarts settled,
    SortedMap<Integer, JournalState.Mark> marks) {
  /** Makes the maps unmodifiable. */
  public Snapshot {
    offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
    marks = Collections.unmodifiableSortedMap(new TreeMap<>(marks));
  }

  /** A snapshot of what is known; its checksum is that of its text, and made with it. */
  public static Snapshot of(
      String journal, Epoch epoch, Map<Integer, Long> offsets, JournalState known) {
    return new Snapshot(
        journal, epoch, new TreeMap<>(offsets), "", known.fleet(), known.settled(), known.marks());
  }

  /** What the facts before its offsets say. */
  public JournalState known() {
    return new JournalState(fleet, settled, marks);
  }

  /** The text that is kept, with the checksum. */
  public String text() {
    return withChecksum(sum()).json();
  }

  private String json() {
    try {
      return Json.mapper().writeValueAsString(this);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("the snapshot can't be written", unwritable);
    }
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is damaged; the message says how
   */
  public static Snapshot read(String text) {
    @Nullable Snapshot snapshot;
    try {
      snapshot = Json.mapper().readValue(text, Snapshot.class);
    } catch (JsonProcessingException damaged) {
      throw new IllegalArgumentException(
          "it is no snapshot: " + damaged.getOriginalMessage(), damaged);
    }
    if (snapshot == null) {
      throw new IllegalArgumentException("it is no snapshot: null");
    }
    String sum = snapshot.sum();
    if (!sum.equals(snapshot.checksum())) {
      throw new IllegalArgumentException(
          "its checksum is %s: expected %s".formatted(snapshot.checksum(), sum));
    }
    return snapshot.withChecksum("");
  }

  /**
   * Whether reading can go on where it was taken. It can't if the journal is another one, or does
   * not reach that far: one that was restored from a backup may be behind a snapshot. Whether what
   * stands there is what stood there has to be looked at beside.
   *
   * @param identity the journal's
   * @param begins first offset per partition of the journal
   * @param ends offset behind the last record per partition
   */
  public boolean fits(String identity, Map<Integer, Long> begins, Map<Integer, Long> ends) {
    return journal.equals(identity)
        && offsets.keySet().equals(ends.keySet())
        && offsets.entrySet().stream()
            .allMatch(at ->
                at.getValue() <= ends.getOrDefault(at.getKey(), 0L)
                    && at.getValue() >= begins.getOrDefault(at.getKey(), 0L))
        && marks.entrySet().stream()
            .allMatch(mark -> mark.getValue().offset() >= begins.getOrDefault(mark.getKey(), 0L));
  }

  /**
   * Whether all facts before its offsets were worked in. What could not be is tried again by each
   * leader, which may be of a later release: the journal is read from its beginning then.
   */
  public boolean complete() {
    return fleet.zones().values().stream()
        .flatMap(zone -> zone.conditions().stream())
        .map(ZoneCondition::condition)
        .noneMatch(
            one -> one.kind().equals(ConditionKind.RECORD_FAILED) && one.offset().isPresent());
  }

  private Snapshot withChecksum(String sum) {
    return new Snapshot(journal, epoch, offsets, sum, fleet, settled, marks);
  }

  private String sum() {
    CRC32C sum = new CRC32C();
    sum.update(withChecksum("").json().getBytes(StandardCharsets.UTF_8));
    return "crc32c:" + HexFormat.of().toHexDigits((int) sum.getValue());
  }
}
