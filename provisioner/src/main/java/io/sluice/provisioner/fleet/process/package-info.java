/**
 * Servers as processes of this host. Not pure: processes, files, ports.
 *
 * <p>Start with {@link io.sluice.provisioner.fleet.process.ProcessFleet}. Processes outlive the
 * monitor that started them; a registry of small files lets the next one, or another monitor of the
 * same host, adopt them.
 */
@NullMarked
package io.sluice.provisioner.fleet.process;

import org.jspecify.annotations.NullMarked;
