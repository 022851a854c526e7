package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Recovered;
import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final MonotonicClock clock;

  Recovery(Snapshots snapshots, MonotonicClock clock) {
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /**
   * Reads the journal up to the ends that were found when the leadership was taken.
   *
   * @throws LeadershipLostException if that is not possible, or not wanted any more
   */
  Recovered read(LeaderLog log, LeaderLog.Opening opening, LeaderLoop.Client client) {
    Optional<Snapshot> kept = loaded();
    Optional<Snapshot> fitting = kept.filter(candidate -> fits(candidate, opening));
    Optional<Recovered> since =
        fitting.filter(Snapshot::complete).flatMap(taken -> since(taken, log, opening, client));
    if (since.isPresent()) {
      return since.get();
    }
    if (kept.isPresent() && fitting.filter(taken -> !taken.complete()).isEmpty()) {
      discard();
    }
    log.readFrom(Map.of(), opening.commands());
    Recovered whole =
        toEnd(log, opening, client, Recovered.NOTHING, SnapshotProof.ofNothing()).orElseThrow();
    return told(whole, "nothing, from its start");
  }

  /** Reads on from a snapshot; empty: it is of another past than the journal. */
  private Optional<Recovered> since(
      Snapshot snapshot, LeaderLog log, LeaderLog.Opening opening, LeaderLoop.Client client) {
    log.readFrom(SnapshotProof.begin(snapshot), opening.commands());
    Optional<Recovered> recovered =
        toEnd(log, opening, client, Recovered.since(snapshot.known()), SnapshotProof.of(snapshot));
    if (recovered.isEmpty()) {
      LOG.warn(
          "the snapshot of epoch {} is of another past than the journal, which was put back to an"
              + " earlier time: the journal is read from its beginning",
          snapshot.epoch());
    }
    return recovered.map(known -> told(known, "a snapshot of epoch " + snapshot.epoch()));
  }

  private static Recovered told(Recovered recovered, String after) {
    recovered.unread().forEach(fact -> LOG.warn("{}", fact.describe()));
    LOG.info("journal read, after {}", after);
    return recovered;
  }

  /** Reads up to the ends; empty if what it began with can't be proved. */
  private Optional<Recovered> toEnd(
      LeaderLog log,
      LeaderLog.Opening opening,
      LeaderLoop.Client client,
      Recovered begin,
      SnapshotProof proof) {
    Recovered recovered = begin;
    // Commands wait until the leader knows what there is.
    Set<Integer> held = new HashSet<>(opening.commands().keySet());
    Map<Integer, Long> position = log.journalPositions();
    Ticks progressAt = clock.now();
    while (!proof.refuted() && !reached(position, opening.ends())) {
      client.supervision().turned();
      if (client.unwanted().getAsBoolean()) {
        throw new LeadershipLostException("it resigned while it took the leadership", false);
      }
      LeaderLog.Batch batch = log.poll(POLL, held);
      recovered = recovered.and(proof.check(batch.inputs()));
      Map<Integer, Long> before = position;
      position = log.journalPositions();
      // Marks of transactions and what was aborted move the position, and hand nothing in.
      if (!position.equals(before)) {
        progressAt = clock.now();
      } else if (clock.now().since(progressAt).compareTo(PATIENCE) > 0) {
        throw new LeadershipLostException(
            "the journal can't be read to its end: it stands still at %s of %s"
                .formatted(position, opening.ends()),
            false);
      }
    }
    return proof.given() ? Optional.of(recovered) : Optional.empty();
  }

  /** A store that fails in whatever way keeps it, and refuses what comes next. */
  private void discard() {
    try {
      snapshots.discard();
    } catch (RuntimeException failed) {
      LOG.warn("the snapshot can't be taken away", failed);
    }
  }

  /** A store that fails in whatever way costs the time to read the journal, and no more. */
  private Optional<Snapshot> loaded() {
    try {
      return snapshots.load();
    } catch (RuntimeException failed) {
      LOG.warn("no snapshot can be had: the journal is read from its beginning", failed);
      return Optional.empty();
    }
  }

  static boolean reached(Map<Integer, Long> positions, Map<Integer, Long> ends) {
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
