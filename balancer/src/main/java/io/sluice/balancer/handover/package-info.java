/**
 * How one process leaves its port to the next without losing a connection. Not pure: Unix sockets.
 *
 * <p>The listening sockets themselves are passed on, as HAProxy and Envoy do: both processes then
 * hold the same sockets, with one queue of connections that wait to be accepted, so that closing
 * them in one process loses none. Sockets that merely share the port by {@code SO_REUSEPORT} have a
 * queue each, and what waits in it is reset when it closes.
 *
 * <pre>
 *   successor                        predecessor
 *     take 1          ─────────────▶
 *                     ◀───────────── sockets N monitor
 *     send            ─────────────▶
 *                     ◀───────────── (N file descriptors)
 *     reads its servers
 *     admin           ─────────────▶ closes its port for orders
 *                     ◀───────────── free
 *     opens it, accepts connections
 *     serving         ─────────────▶ accepts no more connections
 *                     ◀───────────── leaving
 *                     ◀───────────── (closes, when its connections are done)
 * </pre>
 *
 * <p>Until the successor says that it serves, the predecessor does, and goes on as before if the
 * successor fails. Start with {@link io.sluice.balancer.handover.Predecessor} and {@link
 * io.sluice.balancer.handover.Door}.
 */
@NullMarked
package io.sluice.balancer.handover;

import org.jspecify.annotations.NullMarked;
