package io.sluice.provisioner;

import io.sluice.provisioner.api.DecidedZone;
import io.sluice.provisioner.zones.ZoneTopics;
import io.sluice.schemas.supervision.Halt;
import java.util.List;
import java.util.Optional;

/**
 * The share of the topology that runs beside a monitor, as far as the monitor has to tell of it.
 */
@FunctionalInterface
public interface TopologyShare {
  /** How it is doing. */
  TopologyHealth health();

  /**
   * What ends the monitor, and this share with it, when their state may be broken: by default the
   * process, which its watcher starts again.
   */
  default Halt halt() {
    return Halt.ofProcess();
  }

  /** The zones that it decides for at the moment; none by default, and while it has no share. */
  default List<DecidedZone> decides() {
    return List.of();
  }

  /** The topics to which it writes which servers zones have. */
  default ZoneTopics topics() {
    return ZoneTopics.NONE;
  }

  /**
   * What is wrong with the sink of the history that runs in the same process; empty: nothing, or
   * there is none.
   */
  default Optional<String> sinkTrouble() {
    return Optional.empty();
  }
}
