package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ServerId;
import java.util.Optional;

/**
 * A server in a fleet's listing.
 *
 * @param server which one
 * @param running false: it ended, and only its remains are left
 * @param unwell what is wrong with it by the command that its template has for that; empty:
 *     nothing, or it has none
 */
public record Instance(ServerId server, boolean running, Optional<String> unwell) {
  /** One of which nothing is wrong. */
  public Instance(ServerId server, boolean running) {
    this(server, running, Optional.empty());
  }
}
