package io.sluice.topology.history;

import java.time.Instant;

/**
 * A place in the journal.
 *
 * @param partition its partition, 0 or more
 * @param offset of the fact there, 0 or more
 * @param time when the broker appended that
 */
public record Place(int partition, long offset, Instant time) {}
