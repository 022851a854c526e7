package io.sluice.schemas.event;

import java.time.Instant;

/**
 * A fact at its place in the journal.
 *
 * @param offset position in the zone's journal partition, 0 or more
 * @param time when the broker appended it; the only time that decisions go by
 * @param event the fact
 */
public record JournalRecord(long offset, Instant time, FleetEvent event) {}
