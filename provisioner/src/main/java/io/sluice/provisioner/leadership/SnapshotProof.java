package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a snapshot is of the past that the journal tells. A journal that was put back to an
 * earlier time and has grown on reaches as far as a snapshot of the time that is gone, and other
 * facts stand there. So reading begins with the last fact of each partition that the snapshot has:
 * it has to stand where it stood, with the stamp that the broker gave it.
 *
 * <p>A partition of which it has no fact is read from its beginning, which proves nothing and needs
 * nothing to be proved.
 */
final class SnapshotProof {
  private final Map<Integer, JournalState.Mark> awaited;
  private boolean refuted;

  private SnapshotProof(Map<Integer, JournalState.Mark> awaited) {
    this.awaited = new HashMap<>(awaited);
  }

  /** One that has to be given for this snapshot. */
  static SnapshotProof of(Snapshot snapshot) {
    return new SnapshotProof(snapshot.marks());
  }

  /** Of nothing: none is needed. */
  static SnapshotProof ofNothing() {
    return new SnapshotProof(Map.of());
  }

  /** Where reading has to begin, per partition; where nothing is said, at its beginning. */
  static Map<Integer, Long> begin(Snapshot snapshot) {
    Map<Integer, Long> begin = new HashMap<>();
    snapshot.marks().forEach((partition, mark) -> begin.put(partition, mark.offset()));
    return begin;
  }

  /** What was read, without the facts that the snapshot has. */
  List<Input> check(List<Input> read) {
    if (awaited.isEmpty()) {
      return read;
    }
    List<Input> rest = new ArrayList<>();
    for (Input input : read) {
      if (input instanceof Input.FactRead(var partition, var entry)
          && awaited.containsKey(partition)) {
        refuted |= !JournalState.Mark.of(entry).equals(awaited.remove(partition));
      } else {
        rest.add(input);
      }
    }
    return rest;
  }

  /** Whether something else stands where a fact of the snapshot stood. */
  boolean refuted() {
    return refuted;
  }

  /** Whether all was found where it has to stand. */
  boolean given() {
    return awaited.isEmpty() && !refuted;
  }
}
