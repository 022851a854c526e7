package io.sluice.balancer.http;

/** The methods of RFC 9110 and PATCH, with what matters for repeating a request. */
public enum RequestMethod {
  GET(true),
  HEAD(true),
  POST(false),
  PUT(true),
  DELETE(true),
  OPTIONS(true),
  PATCH(false),
  TRACE(true),
  CONNECT(false),
  /** A method that is not known here; treated like POST. */
  OTHER(false);

  private final boolean idempotent;

  RequestMethod(boolean idempotent) {
    this.idempotent = idempotent;
  }

  /** Whether doing it twice has the effect of doing it once (RFC 9110 section 9.2.2). */
  public boolean idempotent() {
    return idempotent;
  }

  /** The method that stands in this span; methods are case-sensitive. */
  static RequestMethod of(byte[] bytes, int from, int to) {
    RequestMethod likely =
        switch (bytes[from]) {
          case 'G' -> GET;
          case 'H' -> HEAD;
          case 'D' -> DELETE;
          case 'O' -> OPTIONS;
          case 'T' -> TRACE;
          case 'C' -> CONNECT;
          case 'P' -> to - from == 3 ? PUT : to - from == 4 ? POST : PATCH;
          default -> OTHER;
        };
    String name = likely.name();
    if (likely == OTHER || name.length() != to - from) {
      return OTHER;
    }
    for (int i = 0; i < name.length(); i++) {
      if (bytes[from + i] != name.charAt(i)) {
        return OTHER;
      }
    }
    return likely;
  }
}
