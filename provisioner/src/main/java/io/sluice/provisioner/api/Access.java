package io.sluice.provisioner.api;

/** Who may make a call. */
enum Access {
  /** Whoever reaches the monitor. */
  ANYBODY("anybody"),
  /** Who has the operators' token. */
  OPERATORS("operators"),
  /** Balancers, and operators, who may tell what a balancer tells. */
  BALANCERS("balancers or operators"),
  /** The other monitors. */
  PEERS("monitors");

  private final String who;

  Access(String who) {
    this.who = who;
  }

  /** In words, for a refusal. */
  String who() {
    return who;
  }
}
