package io.sluice.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;

/**
 * A zone's balancer as the journal tells it.
 *
 * @param address where it takes requests
 * @param admin where it takes orders
 * @param state whether it answers
 */
public record Balancer(URI address, URI admin, State state) {
  /** Whether a balancer answers. */
  public enum State {
    /** It answers. */
    @JsonProperty("alive")
    ALIVE,
    /** It does not. */
    @JsonProperty("lost")
    LOST
  }

  Balancer lost() {
    return new Balancer(address, admin, State.LOST);
  }
}
