package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ServerId;

/**
 * A server in a fleet's listing.
 *
 * @param server which one
 * @param running false: it ended, and only its remains are left
 */
public record Instance(ServerId server, boolean running) {}
