package io.sluice.schemas.member;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a balancer may give new requests to a server. */
public enum MemberState {
  /** New requests are welcome. */
  @JsonProperty("ready")
  READY,
  /** No new requests; those in flight are finished. */
  @JsonProperty("draining")
  DRAINING
}
