/**
 * Answers to what is asked about decisions, found out from a cluster's recorded history. Not pure:
 * it reads Kafka. Start with {@link io.sluice.compose.decisions.RecordedDecisions}.
 */
@NullMarked
package io.sluice.compose.decisions;

import org.jspecify.annotations.NullMarked;
