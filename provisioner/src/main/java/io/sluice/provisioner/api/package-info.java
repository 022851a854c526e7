/**
 * What a monitor answers over HTTP. Not pure: Helidon.
 *
 * <p>{@link io.sluice.provisioner.api.MonitorApi} is the table of all calls, described by {@code
 * openapi/monitor.yaml}; {@link io.sluice.provisioner.api.ApiServer} listens.
 */
@NullMarked
package io.sluice.provisioner.api;

import org.jspecify.annotations.NullMarked;
