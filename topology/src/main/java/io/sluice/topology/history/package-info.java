/**
 * Recorded history as it stands in Kafka or in an archive: the journal and the commands. Pure; who
 * reads them from where is the caller's business. Start with {@link
 * io.sluice.topology.history.History}.
 */
@NullMarked
package io.sluice.topology.history;

import org.jspecify.annotations.NullMarked;
