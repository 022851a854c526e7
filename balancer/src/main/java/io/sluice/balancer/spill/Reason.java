package io.sluice.balancer.spill;

import java.util.Locale;

/** Why a request does not go to the home zone. */
public enum Reason {
  /** It has no alive server. */
  EMPTY,
  /** Its servers have as many requests as they may have at once. */
  FULL,
  /** It has more requests per server than the gateway's limit. */
  BUSY,
  /** The request failed on its servers, and is repeated elsewhere. */
  FAILED,
  /** A cookie binds the user to a server of another zone. */
  BOUND;

  /** Its name in metrics and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
