package io.sluice.provisioner.fleet.process;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the registry keeps of a server's process.
 *
 * @param server which server
 * @param epoch the term of the leader that started it
 * @param pid its process id
 * @param startedAt when the operating system started it; tells it from a later process that got the
 *     same id
 * @param port where it listens
 * @param address where it serves
 * @param templateRevision the revision of its zone's template that it is made from; empty in what
 *     earlier releases wrote
 */
record RunningProcess(
    ServerId server,
    Epoch epoch,
    long pid,
    Instant startedAt,
    int port,
    URI address,
    Optional<Integer> templateRevision) {
  /** The start time is derived from the time of boot, which the system's clock may shift a bit. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  /** The process, if it still runs. */
  Optional<ProcessHandle> alive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(handle -> startInstant(handle).filter(this::isStart).isPresent());
  }

  static Optional<Instant> startInstant(ProcessHandle handle) {
    return handle.info().startInstant();
  }

  private boolean isStart(Instant time) {
    return Duration.between(startedAt, time).abs().compareTo(START_TOLERANCE) <= 0;
  }
}
