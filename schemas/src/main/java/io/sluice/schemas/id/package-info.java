/**
 * The names of things: zones, servers, commands, monitors, epochs. Pure.
 *
 * <p>Every id is a type of its own that validates its text once, so that the rest of the code never
 * meets a malformed one. All of them travel as plain JSON strings or numbers. Start with {@link
 * io.sluice.schemas.id.ZoneId}.
 */
@NullMarked
package io.sluice.schemas.id;

import org.jspecify.annotations.NullMarked;
