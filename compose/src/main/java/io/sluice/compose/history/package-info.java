/**
 * Recorded history read from a cluster's Kafka, for audit, explanation, replay and export. Not
 * pure. Start with {@link io.sluice.compose.history.KafkaHistory}.
 */
@NullMarked
package io.sluice.compose.history;

import org.jspecify.annotations.NullMarked;
