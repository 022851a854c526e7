package io.sluice.balancer.admin;

import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The answer to {@code GET /pools}.
 *
 * @param alive take requests
 * @param ejected failed requests in a row, and get none for a while
 * @param disconnected are being retried
 * @param dead are given up and reported
 * @param draining finish what is in flight
 */
public record PoolsView(
    List<Server> alive,
    List<Server> ejected,
    List<Server> disconnected,
    List<Server> dead,
    List<Server> draining) {
  /**
   * A server in its pool.
   *
   * @param server its id
   * @param address where it serves
   * @param inFlight requests under way to it
   * @param failedRetries failed retries so far; only of a disconnected one
   * @param lastError what the last failure was, if there ever was one
   * @param nextCheck when it is checked next, or alive again after an ejection
   */
  public record Server(
      ServerId server,
      URI address,
      int inFlight,
      Optional<Integer> failedRetries,
      Optional<String> lastError,
      Optional<Instant> nextCheck) {}
}
