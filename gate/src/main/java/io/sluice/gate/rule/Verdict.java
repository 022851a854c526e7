package io.sluice.gate.rule;

/** What becomes of a call, by its first line. */
public sealed interface Verdict {
  /**
   * A container is to be made: {@link GateRules#create} judges the body.
   *
   * @param name the container's name
   */
  record JudgeBody(String name) implements Verdict {}

  /**
   * Files of secrets are to be put into a container: {@link GateRules#files} judges the body.
   *
   * @param container what the client calls it
   */
  record JudgeFiles(String container) implements Verdict {}

  /** What becomes of a call, for good. */
  sealed interface Ruling extends Verdict {}

  /**
   * The engine is asked.
   *
   * @param request what it is sent
   */
  record Pass(EngineRequest request) implements Ruling {}

  /**
   * The engine is asked, if the container carries the cluster's label, which only the engine knows.
   *
   * @param call what it is asked then
   */
  record PassIfOurs(ContainerCall call) implements Ruling {}

  /**
   * The engine is asked, if the container is one that may get files, which only the engine knows.
   *
   * @param call what it is asked then
   */
  record PassFiles(FilesCall call) implements Ruling {}

  /**
   * The engine does not hear of it.
   *
   * @param reason in words, for whoever called: what, the value, what was expected
   */
  record Refuse(String reason) implements Ruling {}
}
