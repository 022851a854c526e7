package io.sluice.provisioner.simulation;

/** Something that a storm is to bring about, so that the invariants are really tried. */
enum Sight {
  /** A leader was fenced. */
  FENCED,
  /** A leader did not learn that its transaction was committed. */
  ANSWER_LOST,
  /** A transaction was open for so long that the broker ended it. */
  TRANSACTION_TIMED_OUT,
  /** A leader began from a snapshot. */
  SNAPSHOT_USED,
  /** A snapshot was refused, since the one that is kept is newer. */
  SNAPSHOT_REFUSED,
  /** A snapshot was damaged when it was needed. */
  SNAPSHOT_DAMAGED,
  /** A leader was given a server that another start had launched. */
  ADOPTED,
  /** A leader was given a server that is made from another template than it asked for. */
  ADOPTED_OUTDATED,
  /** All servers of a zone were replaced by ones of another template. */
  ROLLED_OVER,
  /** A template whose servers did not become ready was given up. */
  ROLLED_BACK,
  /** A template whose first server did as well as the others went on to the rest. */
  CANARY_AS_GOOD,
  /** A template whose first server did worse than the others was given up. */
  CANARY_WORSE,
  /** Another leader took office while a zone was on its way to another template. */
  ELECTED_WHILE_ROLLING,
  /** A start came so late that it launched a server again that was done with. */
  LAUNCHED_LATE,
  /** A command failed. */
  COMMAND_FAILED,
  /** The offsets of the commands were lost. */
  OFFSETS_LOST,
  /** A leader's file lacked a zone. */
  ZONE_MISSING,
  /** A leader's wall clock was set. */
  CLOCK_SET,
  /** What the product works with threw an exception that is none of its contract. */
  EXCEPTION_THROWN,
  /** The same with an error. */
  ERROR_THROWN,
  /** The same with an error of the virtual machine. */
  FATAL_THROWN,
  /** A process halted, since what it works with had thrown what no process is to survive. */
  HALTED,
  /** Another process with the id of a monitor was started. */
  DUPLICATE_ID,
  /** A process found out that another one has its id, and ended. */
  REFUSED_TO_RUN,
  /** A fleet was asked how a server had ended, and knew. */
  END_ASKED,
  /** A zone was said to be in trouble. */
  CONDITION_RAISED,
  /** A fact was written that nobody of the cluster wrote. */
  HOSTILE_FACT,
  /** A heartbeat was written that nobody of the cluster wrote. */
  HEARTBEAT_FORGED,
  /** A leader left office for a higher monitor. */
  CEDED,
  /** A leader that was out of a follower's reach was left in office, since it wrote on. */
  LEFT_IN_OFFICE
}
