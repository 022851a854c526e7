/**
 * The processors: the thin shell between Kafka Streams and the pure packages beside it. Not pure.
 *
 * <p>A processor reads bytes, has a pure function decide, and forwards or stores what came out.
 * They all read bytes and decode them by themselves, so that what happens to a record that nobody
 * can read is said in one place, {@link io.sluice.topology.stream.DeadLetters}: a malformed record
 * goes to the dead letters and the rest goes on, since it never was a fact; a fact of a type that
 * this release does not know stops the processing, since a fold must not skip facts.
 *
 * <p>Start with {@link io.sluice.topology.stream.DecideProcessor}.
 */
@NullMarked
package io.sluice.topology.stream;

import org.jspecify.annotations.NullMarked;
