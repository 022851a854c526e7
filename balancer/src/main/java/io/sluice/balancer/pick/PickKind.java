package io.sluice.balancer.pick;

/** The ways of choosing a server. */
public enum PickKind {
  /** {@link RoundRobin}. */
  ROUND_ROBIN,
  /** {@link Uniform}. */
  RANDOM,
  /** {@link PowerOfTwo}. */
  POWER_OF_TWO,
  /** {@link LeastRequests}. */
  LEAST_REQUESTS,
  /** {@link Weighted}. */
  WEIGHTED,
  /** {@link ConsistentHash} of the client's address. */
  HASH_CLIENT,
  /** {@link ConsistentHash} of the request's target. */
  HASH_TARGET;

  /**
   * A pick of this kind.
   *
   * @param first where those that go round begin
   */
  public Pick create(int first, Chance chance) {
    return switch (this) {
      case ROUND_ROBIN -> new RoundRobin(first);
      case RANDOM -> new Uniform(chance);
      case POWER_OF_TWO -> new PowerOfTwo(chance);
      case LEAST_REQUESTS -> new LeastRequests(first);
      case WEIGHTED -> new Weighted();
      case HASH_CLIENT, HASH_TARGET -> new ConsistentHash();
    };
  }
}
