package io.sluice.compose.archive;

import java.time.Instant;
import java.util.Optional;

/**
 * Where an archive comes from.
 *
 * @param source where the history stood, for people
 * @param cluster the id of the Kafka cluster, where there was one
 * @param release the version of Sluice that writes the archive
 * @param exportedAt when it is written
 */
public record Origin(String source, Optional<String> cluster, String release, Instant exportedAt) {}
