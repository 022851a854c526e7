/**
 * The access log: a line for every request, in a format that other tools read. Not pure.
 *
 * <p>Formats and entries are plain functions of their arguments ({@link
 * io.sluice.balancer.access.AccessFormat}); {@link io.sluice.balancer.access.AccessLog} writes
 * lines on a thread of its own, so that no disk ever holds a request up.
 */
@NullMarked
package io.sluice.balancer.access;

import org.jspecify.annotations.NullMarked;
