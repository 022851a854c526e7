package io.sluice.compose.drill.chaos;

/** Inputs that must hurt nothing but themselves. */
public enum BadInput {
  /** Text that is no JSON, in the topic {@code metrics}. */
  MALFORMED_METRIC("malformed metric"),
  /** Text that is no JSON, in the topic {@code journal}, between the facts. */
  MALFORMED_FACT("malformed fact"),
  /** Records of nearly a megabyte, in the topic {@code metrics}. */
  OVERSIZE_METRIC("oversize metrics"),
  /** A record of nearly a megabyte, in the topic {@code journal}. */
  OVERSIZE_FACT("oversize fact"),
  /** A report with fields and a version that no release knows. */
  NEWER_METRIC("metric of a later release"),
  /** A fact of a type that no release knows, of a zone that only a later one has. */
  NEWER_FACT("fact of a later release"),
  /** Reports of impossible figures, in the name of a server that runs. */
  HOSTILE_METRIC("hostile metrics"),
  /** A policy that contradicts itself. */
  BAD_POLICY("bad policy"),
  /** A template whose servers could never be asked for their health. */
  BAD_TEMPLATE("bad template"),
  /** A template that is good, and another one: every server of the zone is replaced. */
  OTHER_TEMPLATE("another template"),
  /** A zone that is missing in the file of the monitor that leads. */
  MISSING_ZONE("zone missing in a file"),
  /** The leader's offsets are gone, and then the leader. */
  LOST_LEADER_OFFSETS("leader's offsets lost"),
  /** All offsets are gone, the topology's too, while no monitor runs. */
  LOST_OFFSETS("all offsets lost"),
  /** Requests to a follower whose paths name another host. */
  FORGED_PATH("forged path"),
  /** Clients that have events sent to them and never read. */
  SILENT_WATCHERS("watchers that do not read");

  private final String sentence;

  BadInput(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }
}
