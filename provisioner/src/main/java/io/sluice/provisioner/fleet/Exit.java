package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ServerId;
import java.util.Optional;

/**
 * The end of a server, as its fleet saw it.
 *
 * @param server which one
 * @param exitCode the exit code, where the fleet knows it
 * @param outOfMemory whether the fleet ended it for using too much memory
 * @param reason what is known, for people
 */
public record Exit(
    ServerId server, Optional<Integer> exitCode, boolean outOfMemory, String reason) {}
