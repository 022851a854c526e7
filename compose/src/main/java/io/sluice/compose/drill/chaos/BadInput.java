package io.sluice.compose.drill.chaos;

/** Inputs that must hurt nothing but themselves. */
public enum BadInput {
  /** Text that is no JSON, in the topic {@code metrics}. */
  MALFORMED_METRIC("malformed metric"),
  /** Text that is no JSON, in the topic {@code journal}, between the facts. */
  MALFORMED_FACT("malformed fact"),
  /** A report with fields and a version that no release knows. */
  NEWER_METRIC("metric of a later release"),
  /** Reports of impossible figures, in the name of a server that runs. */
  HOSTILE_METRIC("hostile metrics"),
  /** A policy that contradicts itself. */
  BAD_POLICY("bad policy"),
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
