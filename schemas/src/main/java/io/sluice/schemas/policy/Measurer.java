package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who measures a server's load and reports it. */
public enum Measurer {
  /** The server itself, as the demo application does. */
  @JsonProperty("server")
  SERVER,
  /** The engine that it runs on, from outside; the server need not know of Sluice. */
  @JsonProperty("engine")
  ENGINE
}
