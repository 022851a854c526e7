package io.sluice.topology.whatif;

/** How a zone's fleet goes through a time, second by second. */
interface Course {
  /** Goes on to this second of the epoch; each is one more than the last. */
  void tick(long second);

  /** How many servers are ready in this second. */
  int ready();

  /** How many servers run and are paid for in this second: starting, ready or draining. */
  int running();

  /** How many servers the zone is to have after this second. */
  int wanted();
}
