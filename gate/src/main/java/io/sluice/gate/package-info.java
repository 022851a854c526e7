/**
 * The gate before a Docker engine: whoever may use an engine's socket is root on its host, so that
 * monitors are given this instead, which lets through the calls that the fleet makes and no others.
 * Not pure: sockets and threads; what may pass is decided in {@link io.sluice.gate.rule}, which is
 * pure. It alone holds the socket, so it is an artifact of its own, as small as may be.
 *
 * <p>Start with {@link io.sluice.gate.Gate}.
 */
@NullMarked
package io.sluice.gate;

import org.jspecify.annotations.NullMarked;
