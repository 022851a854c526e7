package io.sluice.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a server is in its life.
 *
 * <pre>
 *            ServerStarted      ServerReady       ServerDraining
 *   (absent) ────────────▶ STARTING ─────▶ READY ─────────────▶ DRAINING
 *                             │  └───────────┼────ServerDraining───▲ │
 *                             └──────────────┴───────────────────────┤ ServerReported, ServerExited
 *                                                                    ▼
 *   (absent) ◀──────────── ServerStopped, from any state ────────── DEAD
 * </pre>
 */
public enum ServerState {
  /** The fleet runs it; it does not answer yet. */
  @JsonProperty("starting")
  STARTING,
  /** It serves. */
  @JsonProperty("ready")
  READY,
  /** It finishes what it has. */
  @JsonProperty("draining")
  DRAINING,
  /** It exited or was given up; what the fleet keeps of it is still to be removed. */
  @JsonProperty("dead")
  DEAD
}
