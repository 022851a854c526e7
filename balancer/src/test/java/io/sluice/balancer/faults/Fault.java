package io.sluice.balancer.faults;

/** How a {@link FaultyServer} misbehaves. */
public enum Fault {
  /** It does not. */
  NONE,
  /** It takes connections and requests, and says nothing. */
  HANGS,
  /** It answers its health check, and says nothing to anybody else. */
  HANGS_BUT_IS_HEALTHY,
  /** It speaks, but not HTTP. */
  GARBAGE,
  /** Each answer is an error. */
  ERRORS;

  private static final String WELL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";

  /** What it says; nothing: it hangs. */
  String answer(boolean toHealthCheck) {
    return switch (this) {
      case NONE -> WELL;
      case HANGS -> "";
      case HANGS_BUT_IS_HEALTHY -> toHealthCheck ? WELL : "";
      case GARBAGE -> "\0\1\2 this is no HTTP \r\n\r\n";
      case ERRORS -> "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno";
    };
  }
}
