package io.sluice.balancer.spill;

import io.sluice.schemas.id.ZoneId;

/** The zones as one request finds them. */
public interface Zones {
  /** How many there are; indexes go from 0 to one below it. */
  int size();

  /** The zone of this index. */
  ZoneId zone(int index);

  /** Its alive servers. */
  int alive(int index);

  /** Those of them that may take this request: not full, and not tried by it before. */
  int open(int index);

  /** Requests that are under way to its servers. */
  int inFlight(int index);

  /** Whether the request was sent to some server before. */
  boolean again();
}
