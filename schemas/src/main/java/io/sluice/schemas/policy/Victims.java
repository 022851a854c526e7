package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which servers go first when a zone shrinks; ones that are not yet ready go before all others. */
public enum Victims {
  /** The one that was started last. */
  @JsonProperty("newest")
  NEWEST,
  /** The one that was started first. */
  @JsonProperty("oldest")
  OLDEST,
  /** The one with the least load by the first rule's metric, as last observed; else the newest. */
  @JsonProperty("least-loaded")
  LEAST_LOADED
}
