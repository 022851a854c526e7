package io.sluice.balancer.http;

/** How the scan of a head ended. */
public enum Scan {
  /** The head is whole and its framing is clear. */
  COMPLETE,
  /** More bytes are needed. */
  INCOMPLETE,
  /** The head can't be passed on; its refusal says why. */
  REFUSED
}
