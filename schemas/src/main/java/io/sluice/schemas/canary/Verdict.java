package io.sluice.schemas.canary;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is to be thought of a new template after its first server was watched. */
public enum Verdict {
  /** Its servers do no worse than the others, and enough requests say so. */
  @JsonProperty("as-good")
  AS_GOOD,
  /** Its servers fail more, or are slower, by more than the policy allows and more than chance. */
  @JsonProperty("worse")
  WORSE,
  /** There were too few requests to tell. */
  @JsonProperty("unproven")
  UNPROVEN
}
