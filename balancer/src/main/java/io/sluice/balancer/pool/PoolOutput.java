package io.sluice.balancer.pool;

import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.util.List;

/** What has to be done after a step. */
public sealed interface PoolOutput {
  /** The data path must route by this snapshot from now on. */
  record Publish(Routing routing) implements PoolOutput {}

  /** The server has to be checked, and {@link PoolInput.Checked} fed back in any case. */
  record StartCheck(Target target, long ticket) implements PoolOutput {}

  /** {@link PoolInput.Drained} has to be fed back once nothing is in flight to the server. */
  record WatchDrain(Target target, long watch) implements PoolOutput {}

  /** The target is gone: its idle connections have to be closed. */
  record Forget(Target target) implements PoolOutput {}

  /** The journal has to learn that the server finished draining. */
  record RecordDrained(ServerId server) implements PoolOutput {}

  /** The journal has to learn that the server is dead. */
  record RecordDead(ServerId server, String lastError) implements PoolOutput {}

  /** The primary monitor has to be told which servers are dead. */
  record TellMonitor(List<URI> dead) implements PoolOutput {}
}
