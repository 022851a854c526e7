package io.sluice.balancer.proxy;

import io.sluice.schemas.id.ServerId;

/** Is told what the data path finds out about servers; called by every loop, must not block. */
@FunctionalInterface
public interface Observations {
  /** A server refused or reset a connection, through no fault of a client. */
  void unreachable(ServerId server, String error);
}
