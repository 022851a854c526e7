package io.sluice.provisioner.fleet;

import java.net.URI;

/**
 * A server that the fleet runs.
 *
 * @param address where it serves or will serve, {@code http://host:port}
 * @param handle what the fleet calls it: a process id, a container id
 */
public record Started(URI address, String handle) {}
