package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** Who measures a server's load and reports it. */
public enum Measurer {
  /** The server itself, as the demo application does. */
  @JsonProperty("server")
  SERVER,
  /** The engine that it runs on, from outside; the server need not know of Sluice. */
  @JsonProperty("engine")
  ENGINE,
  /** The balancers of its zone, by the requests that go through them; no image need be changed. */
  @JsonProperty("balancer")
  BALANCER,
  /** Somebody outside, who tells one figure of the whole zone. */
  @JsonProperty("outside")
  OUTSIDE;

  /** The word for it in records. */
  public String word() {
    return switch (this) {
      case SERVER -> "server";
      case ENGINE -> "engine";
      case BALANCER -> "balancer";
      case OUTSIDE -> "outside";
    };
  }

  /**
   * Who is meant by a word in a server's report; nobody in particular if this release does not know
   * it, or if whoever it is does not report for servers one by one.
   */
  static Optional<Measurer> of(String word) {
    return switch (word) {
      case "server" -> Optional.of(SERVER);
      case "engine" -> Optional.of(ENGINE);
      default -> Optional.empty();
    };
  }
}
