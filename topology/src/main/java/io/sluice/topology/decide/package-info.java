/**
 * The fold that turns facts into decisions. Pure.
 *
 * <p>{@link io.sluice.topology.decide.Decide#step} takes a zone's state and the next record of its
 * journal, and gives the next state and at most one command. It knows no clock and no chance: time
 * is the time of the record, server ids come from a counter in the state, so that the same records
 * give the same commands, byte for byte, whenever and wherever they are folded.
 *
 * <p>Three things are kept apart. {@link io.sluice.topology.decide.ZoneState#apply(
 * io.sluice.schemas.event.JournalRecord)} takes in what has happened and decides nothing. {@link
 * io.sluice.topology.decide.Decide#evaluate} decides and changes nothing: its {@link
 * io.sluice.topology.decide.Evaluation} says what was wished, what each {@link
 * io.sluice.topology.decide.Limiter} made of it and what came out, also when that is nothing.
 * {@link io.sluice.topology.decide.ZoneState#apply(io.sluice.schemas.command.ScaleCommand)} takes
 * in the command. Start reading at {@link io.sluice.topology.decide.Decide}.
 */
@NullMarked
package io.sluice.topology.decide;

import org.jspecify.annotations.NullMarked;
