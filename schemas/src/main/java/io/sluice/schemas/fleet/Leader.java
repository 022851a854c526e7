package io.sluice.schemas.fleet;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.time.Instant;

/**
 * Who leads, as the journal tells it.
 *
 * @param id the monitor
 * @param epoch its term
 * @param url where it answers
 * @param since broker's time of its election
 */
public record Leader(MonitorId id, Epoch epoch, URI url, Instant since) {}
