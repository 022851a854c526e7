package io.sluice.schemas.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which way a zone scales. */
public enum Direction {
  /** More servers. */
  @JsonProperty("out")
  OUT,
  /** Fewer servers. */
  @JsonProperty("in")
  IN,
  /** Either. */
  @JsonProperty("both")
  BOTH;

  /** Whether a pause in this direction holds for the other one too. */
  public boolean covers(Direction other) {
    return this == BOTH || this == other;
  }
}
