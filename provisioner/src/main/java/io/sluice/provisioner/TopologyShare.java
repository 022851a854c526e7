package io.sluice.provisioner;

import io.sluice.provisioner.api.DecidedZone;
import java.util.List;

/**
 * The share of the topology that runs beside a monitor, as far as the monitor has to tell of it.
 */
@FunctionalInterface
public interface TopologyShare {
  /** How it is doing. */
  TopologyHealth health();

  /** The zones that it decides for at the moment; none by default, and while it has no share. */
  default List<DecidedZone> decides() {
    return List.of();
  }
}
