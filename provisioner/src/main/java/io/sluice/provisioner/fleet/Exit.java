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
 * @param handle what the fleet called it, as {@link Started#handle} does; empty: nothing but its id
 */
public record Exit(
    ServerId server,
    Optional<Integer> exitCode,
    boolean outOfMemory,
    String reason,
    Optional<String> handle) {
  /** An end of what is known by nothing but the server's id. */
  public Exit(ServerId server, Optional<Integer> exitCode, boolean outOfMemory, String reason) {
    this(server, exitCode, outOfMemory, reason, Optional.empty());
  }

  /** The same of what the fleet calls this. */
  public Exit of(String known) {
    return new Exit(server, exitCode, outOfMemory, reason, Optional.of(known));
  }
}
