package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a server thinks of its own health. */
public enum HealthStatus {
  /** It serves requests. */
  @JsonProperty("healthy")
  HEALTHY,
  /** It answers, but not well: its {@code GET /health_check} is not 200. */
  @JsonProperty("unhealthy")
  UNHEALTHY,
  /** It finishes what it has and takes nothing new. */
  @JsonProperty("stopping")
  STOPPING
}
