package io.sluice.balancer.pick;

import java.util.OptionalInt;

/** A way of choosing a server. An instance belongs to one thread. */
public interface Pick {
  /** The index of the chosen one; empty if none is open. */
  OptionalInt choose(Candidates candidates);
}
