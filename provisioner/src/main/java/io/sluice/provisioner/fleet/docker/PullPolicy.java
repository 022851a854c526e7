package io.sluice.provisioner.fleet.docker;

/** When an image is fetched from its registry. */
public enum PullPolicy {
  /** When the engine does not have it. */
  MISSING,
  /** Before each start, so that a tag that was moved is noticed. */
  ALWAYS,
  /** Never: the engine must have it. */
  NEVER
}
