package io.sluice.provisioner.gate.rule;

/** What becomes of a call. */
public sealed interface Verdict {
  /** The engine is asked. */
  record Pass() implements Verdict {}

  /**
   * The engine is asked, if this container carries the cluster's label, which only the engine
   * knows.
   *
   * @param container its name or id
   * @param before the path up to the container
   * @param after the rest of the path
   */
  record PassIfOurs(String container, String before, String after) implements Verdict {}

  /**
   * The engine does not hear of it.
   *
   * @param reason in words, for whoever called
   */
  record Refuse(String reason) implements Verdict {}
}
