package io.sluice.balancer.pick;

/** The servers that a request could go to, as a pick sees them. */
public interface Candidates {
  /** How many there are; indexes go from 0 to one below it. */
  int size();

  /** Whether this one may be taken: false for one that this request already tried in vain. */
  boolean open(int index);

  /** Requests that are under way to this one. */
  default int inFlight(int index) {
    return 0;
  }

  /** Its share relative to the others, 1 or more. */
  default int weight(int index) {
    return 1;
  }

  /** A hash of its identity, the same for ever. */
  default long identity(int index) {
    return index;
  }

  /** A hash of what keeps requests together, such as the client's address. */
  default long key() {
    return 0;
  }
}
