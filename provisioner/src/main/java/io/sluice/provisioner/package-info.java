/**
 * A monitor: the process that leads, or will lead when the leader is gone. Not pure.
 *
 * <p>{@link io.sluice.provisioner.Monitor} wires its parts by {@link
 * io.sluice.provisioner.MonitorConfig}. What the leader does is decided in {@link
 * io.sluice.provisioner.plan} and performed in {@link io.sluice.provisioner.leadership}.
 */
@NullMarked
package io.sluice.provisioner;

import org.jspecify.annotations.NullMarked;
