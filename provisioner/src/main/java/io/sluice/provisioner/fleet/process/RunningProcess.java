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
 * @param startedAt when the operating system started it, by the wall clock; for people, and where
 *     there is no mark
 * @param start tells it from a later process that got the same id; empty where the host has no such
 *     mark, and in what earlier releases wrote
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
    Optional<StartMark> start,
    int port,
    URI address,
    Optional<Integer> templateRevision) {
  /** The start time is derived from the time of boot, which the system's clock may shift a bit. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  /** The process, if it still runs. */
  Optional<ProcessHandle> alive() {
    return alive(pid, startedAt, start);
  }

  /** The process of this id that was started then, if it still runs. */
  static Optional<ProcessHandle> alive(long pid, Instant startedAt, Optional<StartMark> start) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(handle ->
            start.isPresent()
                ? StartMark.of(pid).equals(start)
                : startInstant(handle).filter(time -> isNear(startedAt, time)).isPresent());
  }

  static Optional<Instant> startInstant(ProcessHandle handle) {
    return handle.info().startInstant();
  }

  private static boolean isNear(Instant noted, Instant time) {
    return Duration.between(noted, time).abs().compareTo(START_TOLERANCE) <= 0;
  }
}
