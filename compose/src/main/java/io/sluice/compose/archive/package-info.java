/**
 * The format of an archive of history: lines of JSON, each chained to the one before by a hash.
 * Pure. Bytes of lines come in and go out; files and compression are the caller's business.
 *
 * <p>Start with {@link io.sluice.compose.archive.ArchiveWriter}, which writes, and {@link
 * io.sluice.compose.archive.ArchiveVerifier}, which reads and verifies. docs/reference/archive.md
 * describes the format for other programs.
 */
@NullMarked
package io.sluice.compose.archive;

import org.jspecify.annotations.NullMarked;
