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
  STOPPING,
  /** It says something that this release does not know, or nothing that is a word. */
  @JsonProperty("unknown")
  UNKNOWN;

  /** What a server means by a word: whatever that is, it does not make its figures unreadable. */
  static HealthStatus of(String word) {
    return switch (word) {
      case "healthy" -> HEALTHY;
      case "unhealthy" -> UNHEALTHY;
      case "stopping" -> STOPPING;
      default -> UNKNOWN;
    };
  }
}
