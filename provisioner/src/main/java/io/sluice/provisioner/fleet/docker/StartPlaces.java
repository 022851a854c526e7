package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * So many containers are created and started on one engine at the same time; whoever is too many
 * waits. An engine that is asked for a hundred at once starts none of them soon. Images are fetched
 * outside: that may take minutes.
 */
final class StartPlaces {
  private final int most;
  private final Duration waitMax;
  private final Semaphore places;

  /**
   * All are free.
   *
   * @param most how many there are, 1 or more
   * @param waitMax how long one is waited for
   */
  StartPlaces(int most, Duration waitMax) {
    this.most = most;
    this.waitMax = waitMax;
    this.places = new Semaphore(most, true);
  }

  /**
   * Does the work in one of the places.
   *
   * @throws FleetException if none gets free in time
   */
  <T> T in(ServerId server, Supplier<T> work) {
    try {
      if (!places.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new FleetException(
            "server %s is not started: its engine has been busy with %d others for %d s"
                .formatted(server, most, waitMax.toSeconds()));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException(
          "interrupted before server %s was started".formatted(server), interrupted);
    }
    try {
      return work.get();
    } finally {
      places.release();
    }
  }
}
