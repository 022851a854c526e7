package io.sluice.schemas.command;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a command was given, for programs. */
public enum ReasonCode {
  /** The zone has fewer servers than its policy's minimum, or more than its maximum. */
  @JsonProperty("bounds")
  BOUNDS,
  /** A rule of the policy wished for another number. */
  @JsonProperty("policy")
  POLICY,
  /** A server died and is replaced, or its remains are removed. */
  @JsonProperty("self-healing")
  SELF_HEALING,
  /** A server of an earlier template is replaced by one of the zone's. */
  @JsonProperty("roll-over")
  ROLL_OVER,
  /** Requests wait, and the zone has no server. */
  @JsonProperty("demand")
  DEMAND,
  /** The zone is being retired, and its servers go. */
  @JsonProperty("retirement")
  RETIREMENT,
  /** Somebody asked for another number. */
  @JsonProperty("manual")
  MANUAL
}
