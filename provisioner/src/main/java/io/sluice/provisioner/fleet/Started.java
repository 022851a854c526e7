package io.sluice.provisioner.fleet;

import java.net.URI;
import java.util.Optional;

/**
 * A server that the fleet runs.
 *
 * @param address where it serves or will serve, {@code http://host:port}
 * @param handle what the fleet calls it: a process id, a container id
 * @param templateRevision the revision of its zone's template that it was really made from, which
 *     for an adopted server need not be the one asked for; empty if the fleet does not know
 */
public record Started(URI address, String handle, Optional<Integer> templateRevision) {}
