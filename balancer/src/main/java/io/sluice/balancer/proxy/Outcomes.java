package io.sluice.balancer.proxy;

import java.time.Duration;

/** Notes how requests end on servers, and tells about one on which they fail in a row. */
final class Outcomes {
  private final Observations observations;
  private final Balancing limits;

  Outcomes(Observations observations, Balancing limits) {
    this.observations = observations;
    this.limits = limits;
  }

  /** The server gave a final response. */
  void answered(ServerSlot slot, int status) {
    int errors = slot.answered(status >= 500);
    if (limits.errorsInARow() > 0 && errors == limits.errorsInARow()) {
      slot.answered(false);
      tell(slot, "%d responses in a row like %d".formatted(errors, status));
    }
  }

  /**
   * A connection broke under a request of this client. What one client meets time and again counts
   * once: whoever knows a request that breaks connections could have any server ejected.
   */
  void broke(ServerSlot slot, String client, String error) {
    if (slot.brokeFor(client)) {
      failed(slot, error);
    }
  }

  /** No response came about, through no fault of the client. */
  void failed(ServerSlot slot, String error) {
    int failures = slot.failed();
    if (limits.gatewayFailuresInARow() > 0 && failures == limits.gatewayFailuresInARow()) {
      slot.answered(false);
      tell(slot, "%d failures in a row: %s".formatted(failures, error));
    }
  }

  /**
   * The server let a request wait. That tells against it only if it has said nothing to others
   * either: else it is the request that takes long, and whoever knows one that does could have any
   * server ejected.
   */
  void unanswered(ServerSlot slot, Duration waited) {
    if (slot.silentNanos() >= waited.toNanos() / 2) {
      failed(slot, "no answer in time");
    }
  }

  private void tell(ServerSlot slot, String error) {
    observations.failing(slot.target().server(), error);
  }
}
