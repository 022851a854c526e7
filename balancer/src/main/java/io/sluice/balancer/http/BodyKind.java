package io.sluice.balancer.http;

/** How the end of a body is found (RFC 9112 section 6.3). */
public enum BodyKind {
  /** There is no body. */
  NONE,
  /** A number of bytes said in advance. */
  LENGTH,
  /** Chunks, the last of them empty, then trailers. */
  CHUNKED,
  /** Whatever comes until the sender closes; responses only. */
  UNTIL_CLOSE
}
