/**
 * The gate before a Docker engine: whoever may use an engine's socket is root on its host, so that
 * monitors are given this instead, which lets through the calls that the fleet makes and no others.
 * Not pure: sockets and threads; what may pass is decided in {@link
 * io.sluice.provisioner.gate.rule}, which is pure.
 *
 * <p>Start with {@link io.sluice.provisioner.gate.Gate}.
 */
@NullMarked
package io.sluice.provisioner.gate;

import org.jspecify.annotations.NullMarked;
