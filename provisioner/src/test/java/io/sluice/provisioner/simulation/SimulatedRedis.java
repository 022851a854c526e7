package io.sluice.provisioner.simulation;

import io.sluice.provisioner.plan.JournalState;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.schemas.id.Epoch;
import java.util.Map;
import java.util.Optional;

/** Redis as the monitors use it: one snapshot, replaced by compare-and-set. */
final class SimulatedRedis {
  static final String JOURNAL = "journal";

  private final Cluster cluster;
  private Optional<Snapshot> kept = Optional.empty();
  private boolean damaged;
  private boolean up = true;

  SimulatedRedis(Cluster cluster) {
    this.cluster = cluster;
  }

  /** A snapshot whose checksum is left out: it is the text's business, and dear. */
  static Snapshot snapshot(Epoch epoch, Map<Integer, Long> offsets, JournalState known) {
    return Snapshot.of(JOURNAL, epoch, offsets, known);
  }

  /** What is kept; empty if there is nothing, or it can't be had, or it is damaged. */
  Optional<Snapshot> load() {
    if (!up || kept.isEmpty()) {
      return Optional.empty();
    }
    Snapshot snapshot = kept.get();
    if (damaged) {
      return readDamaged(snapshot);
    }
    // Now and then by way of its text, as it is in earnest.
    if (cluster.dice().chance(0.05)) {
      String text =
          Snapshot.of(JOURNAL, snapshot.epoch(), snapshot.offsets(), snapshot.known()).text();
      return Optional.of(Snapshot.read(text));
    }
    return kept;
  }

  private Optional<Snapshot> readDamaged(Snapshot snapshot) {
    String text =
        Snapshot.of(JOURNAL, snapshot.epoch(), snapshot.offsets(), snapshot.known()).text();
    try {
      return Optional.of(Snapshot.read(text.substring(0, text.length() / 2)));
    } catch (IllegalArgumentException damage) {
      cluster.saw(Sight.SNAPSHOT_DAMAGED);
      return Optional.empty();
    }
  }

  void save(Snapshot snapshot) {
    if (!up) {
      return;
    }
    if (goesBack(snapshot)) {
      cluster.saw(Sight.SNAPSHOT_REFUSED);
      if (!cluster.has(Flaw.NO_COMPARE_AND_SET)) {
        return;
      }
    }
    if (!damaged) {
      kept.ifPresent(before -> Witness.snapshot(before, snapshot));
    }
    kept = Optional.of(snapshot);
    damaged = false;
  }

  /** What the script in Redis looks at. */
  private boolean goesBack(Snapshot snapshot) {
    if (kept.isEmpty() || damaged) {
      return false;
    }
    Snapshot before = kept.get();
    return snapshot.epoch().compareTo(before.epoch()) < 0
        || before.offsets().entrySet().stream()
            .anyMatch(at -> snapshot.offsets().getOrDefault(at.getKey(), 0L) < at.getValue());
  }

  void up(boolean now) {
    up = now;
  }

  void empty() {
    kept = Optional.empty();
    damaged = false;
  }

  void damage() {
    damaged = kept.isPresent();
  }
}
