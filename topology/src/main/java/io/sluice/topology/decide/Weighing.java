package io.sluice.topology.decide;

/**
 * How far an observation has been weighed. Each step keeps what the ones before it assume.
 *
 * <p>The steps for missing, cold and near-target servers follow the published algorithm of the <a
 * href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/">Kubernetes
 * Horizontal Pod Autoscaler</a>; where Sluice is more careful, docs/policies.md says why.
 */
enum Weighing {
  /** Every server bears the mean of those that reported. */
  RAW,
  /** A silent server bears what would change nothing. */
  MISSING,
  /**
   * A server that is starting or warming up bears nothing for a wish to grow, and its full share
   * for a wish to shrink.
   */
  COLD,
  /** A rule that changes the number by steps waits until the last change is over. */
  SETTLED,
  /** A mean close to its target is on it. */
  TOLERANT;

  boolean includes(Weighing step) {
    return compareTo(step) >= 0;
  }
}
