/**
 * Recorded history, examined: whether the commands are those that the journal gives, why a decision
 * came out as it did, and what the fleet was at a time. Pure.
 *
 * <p>{@link io.sluice.topology.audit.Audit} folds the journal once more and compares every command
 * byte for byte with the recorded one; {@link io.sluice.topology.audit.Continuity} and {@link
 * io.sluice.topology.audit.Sequences} notice facts that are gone although no command depended on
 * them. {@link io.sluice.topology.audit.Explanation} and {@link io.sluice.topology.audit.Replay}
 * fold up to a place and say what holds there. Start with {@link io.sluice.topology.audit.Audit}.
 */
@NullMarked
package io.sluice.topology.audit;

import org.jspecify.annotations.NullMarked;
