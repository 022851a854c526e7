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
    Optional<Snapshot> snapshot =
        loaded().filter(Snapshot::complete).filter(candidate -> fits(candidate, opening));
    Recovered recovered =
        snapshot.map(taken -> Recovered.since(taken.known())).orElse(Recovered.NOTHING);
    Map<Integer, Long> from = snapshot.<Map<Integer, Long>>map(Snapshot::offsets).orElse(Map.of());
    log.readFrom(from, opening.commands());
    // Commands wait until the leader knows what there is.
    Set<Integer> held = new HashSet<>(opening.commands().keySet());
    long records = 0;
    Map<Integer, Long> position = log.journalPositions();
    Ticks progressAt = clock.now();
    while (!reached(position, opening.ends())) {
      client.supervision().turned();
      if (client.unwanted().getAsBoolean()) {
        throw new LeadershipLostException("it resigned while it took the leadership", false);
      }
      LeaderLog.Batch batch = log.poll(POLL, held);
      recovered = recovered.and(batch.inputs());
      records += batch.inputs().size();
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
    recovered.unread().forEach(fact -> LOG.warn("{}", fact.describe()));
    String after =
        snapshot
            .map(taken -> "a snapshot of epoch " + taken.epoch())
            .orElse("nothing, from its start");
    LOG.info("journal read: {} records after {}", records, after);
    return recovered;
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
