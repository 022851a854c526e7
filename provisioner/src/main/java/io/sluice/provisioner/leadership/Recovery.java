package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.fleet.Fleet;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a new leader learns what the journal says: a snapshot if there is one that fits the journal,
 * then every record up to the end.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * How long reading may stand still. Committed facts may stand behind somebody's open transaction,
   * which the broker ends after that one's timeout.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Snapshots snapshots;

  Recovery(Snapshots snapshots) {
    this.snapshots = snapshots;
  }

  /**
   * Reads the journal up to the ends that were found when the office was taken.
   *
   * @throws LeadershipLostException if that is not possible, or not wanted any more
   */
  Fleet read(LeaderLog ledger, LeaderLog.Opening opening, BooleanSupplier unwanted) {
    Optional<Snapshot> snapshot = snapshots.load().filter(candidate -> fits(candidate, opening));
    Fleet fleet = snapshot.map(Snapshot::fleet).orElse(Fleet.EMPTY);
    Map<Integer, Long> from = snapshot.<Map<Integer, Long>>map(Snapshot::offsets).orElse(Map.of());
    ledger.readFrom(from, opening.commands());
    // Commands wait until the leader knows what there is.
    Set<Integer> held = new HashSet<>(opening.commands().keySet());
    long records = 0;
    long progressAt = System.nanoTime();
    while (!reached(ledger.journalPositions(), opening.ends())) {
      if (unwanted.getAsBoolean()) {
        throw new LeadershipLostException("it resigned while it took office", false);
      }
      LeaderLog.Batch batch = ledger.poll(POLL, held);
      for (Input input : batch.inputs()) {
        if (input instanceof Input.FactRead(var _, var entry)) {
          fleet = fleet.apply(entry);
          records++;
        }
      }
      if (!batch.inputs().isEmpty()) {
        progressAt = System.nanoTime();
      } else if (System.nanoTime() - progressAt > PATIENCE.toNanos()) {
        throw new LeadershipLostException(
            "the journal can't be read to its end: it stands still at %s of %s"
                .formatted(ledger.journalPositions(), opening.ends()),
            false);
      }
    }
    LOG.info(
        "journal read: {} records after {}",
        records,
        snapshot
            .map(taken -> "a snapshot of epoch " + taken.epoch())
            .orElse("nothing, from its beginning"));
    return fleet;
  }

  private static boolean reached(Map<Integer, Long> positions, Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private static boolean fits(Snapshot snapshot, LeaderLog.Opening opening) {
    boolean fits = snapshot.fits(opening.journal(), opening.begins(), opening.ends());
    if (!fits) {
      LOG.warn(
          "the snapshot is not of this journal: the journal is read from its beginning ({} at {},"
              + " expected {} from {} to {})",
          snapshot.journal(),
          snapshot.offsets(),
          opening.journal(),
          opening.begins(),
          opening.ends());
    }
    return fits;
  }
}
