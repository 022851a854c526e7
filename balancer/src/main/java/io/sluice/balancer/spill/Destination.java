package io.sluice.balancer.spill;

import java.util.Optional;

/** Where a request goes. */
public sealed interface Destination {
  /**
   * To a zone.
   *
   * @param index which one
   * @param spilled why it is not the home zone; empty: it is
   */
  record Zone(int index, Optional<Reason> spilled) implements Destination {}

  /** Nobody can take it. */
  record Nowhere() implements Destination {}
}
