package io.sluice.compose.drill.chaos;

/** What must hold whatever is done to a cluster. */
public enum Invariant {
  /** Of every zone the epochs only rise, and each has one leader. */
  ONE_LEADER_PER_EPOCH("at most one leader's facts in an epoch"),
  /** A server's id is given out once. */
  STARTED_ONCE("no server's id is started twice"),
  /** A decision is written once. */
  COMMANDS_ONCE("no command's id stands twice"),
  /** What runs is what the journal says, and as much as was asked for. */
  WANTED_SERVERS("every zone has the servers that it was to have, and nothing unknown runs"),
  /** The loop goes on after each fault. */
  DECIDED("every zone is observed and decided on again"),
  /** Users notice nothing as long as the gateway itself is there. */
  ANSWERED("requests through the gateway that can be repeated are answered"),
  /** A fault ends what it hits. */
  NOBODY_ELSE_ENDED("no process ended that was not struck"),
  /** A bad input costs its owner, and is told. */
  INPUTS("bad inputs are refused or set aside"),
  /** Trouble is told of whom it concerns, and told to be over. */
  CONDITIONS("only whose input is bad has a condition, and only until it is mended"),
  /** A broker that is back catches up. */
  COPIES("every copy of every partition is in step again"),
  /** While one of several brokers or controllers is lost, a zone waits for less than a second. */
  BROKER_LOST(
      "no decision is later than a second while one of several brokers or controllers is lost"),
  /** A replay gives the same commands, byte for byte. */
  AUDITED("the journal gives the very commands that were given");

  private final String sentence;

  Invariant(String sentence) {
    this.sentence = sentence;
  }

  /** What must hold, for people. */
  public String sentence() {
    return sentence;
  }
}
