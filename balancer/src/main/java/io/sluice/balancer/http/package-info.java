/**
 * HTTP/1.1 as bytes: where a head ends, what it says about framing, and how it is passed on. Pure.
 *
 * <p>Nothing here builds objects per field. A head is scanned once, over a byte array, into spans
 * ({@link io.sluice.balancer.http.Fields}); the same spans are then copied, in runs, into the head
 * that goes out. The scanner is strict: what two servers could read in two ways (RFC 9112, sections
 * 2.2, 5.1, 5.2, 6.1 and 6.3) is a {@link io.sluice.balancer.http.Refusal}, never a guess.
 *
 * <p>Start with {@link io.sluice.balancer.http.RequestHead}, then {@link
 * io.sluice.balancer.http.ResponseHead} and {@link io.sluice.balancer.http.ChunkedBody}.
 */
@NullMarked
package io.sluice.balancer.http;

import org.jspecify.annotations.NullMarked;
