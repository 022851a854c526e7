package io.sluice.provisioner.simulation;

/**
 * Who writes: one term of one monitor, or somebody who is no leader.
 *
 * @param monitor its id; 0 for the others
 * @param term which of all attempts at the office in this run, from 1
 */
record Author(int monitor, int term) {
  /** Balancers, and those who observe and decide. */
  static final Author OTHERS = new Author(0, 0);

  /** Whoever writes facts that nobody of the cluster would write. */
  static final Author STRANGER = new Author(-1, 0);

  @Override
  public String toString() {
    return monitor < 1 ? "others" : "monitor %d, attempt %d".formatted(monitor, term);
  }
}
