package io.sluice.compose.whatif;

import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.Optional;

/**
 * A part of a zone's history.
 *
 * @param zone whose
 * @param from its first moment; empty: the first observation
 * @param to its last moment; empty: the last observation
 */
public record Stretch(ZoneId zone, Optional<Instant> from, Optional<Instant> to) {}
