package io.sluice.balancer.pick;

/** The servers that a request could go to, as a pick sees them. */
public interface Candidates {
  /** How many there are; indexes go from 0 to one below it. */
  int size();

  /** Whether this one may be taken: false for one that this request already tried in vain. */
  boolean open(int index);
}
