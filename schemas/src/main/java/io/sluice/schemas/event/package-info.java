/**
 * The facts of which the journal is made. Pure.
 *
 * <p>A fact is what has happened, never what should happen. {@link
 * io.sluice.schemas.event.FleetEvent} is the sealed family of all of them; {@link
 * io.sluice.schemas.event.JournalRecord} is a fact at its place in the journal.
 */
@NullMarked
package io.sluice.schemas.event;

import org.jspecify.annotations.NullMarked;
