package io.sluice.topology.audit;

import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Verdict.Kind;
import java.util.Optional;

/**
 * What is wrong at a place of the history.
 *
 * @param kind what it is
 * @param zone whose history it is; empty if that can't be told
 * @param offset journal offset of the fact where it shows; for an unreadable command, its own
 * @param cause the fact that stands there, as JSON
 * @param expected the command that the journal gives, as JSON
 * @param found the command that is recorded, as JSON
 * @param sentence for people
 */
record Fault(
    Kind kind,
    Optional<ZoneId> zone,
    long offset,
    Optional<String> cause,
    Optional<String> expected,
    Optional<String> found,
    String sentence) {}
