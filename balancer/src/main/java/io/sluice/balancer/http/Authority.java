package io.sluice.balancer.http;

/** What {@code Host}, and the authority of an absolute-form target, must look like. */
final class Authority {
  private static final int PORT_DIGITS_MAX = 5;
  private static final int PORT_MAX = 65_535;

  private Authority() {}

  /** Whether the span is a host, optionally with a port, without user information. */
  static boolean valid(byte[] bytes, int from, int to) {
    if (from >= to) {
      return false;
    }
    int portFrom = bytes[from] == '[' ? endOfLiteral(bytes, from, to) : endOfName(bytes, from, to);
    if (portFrom <= from) {
      return false;
    }
    return portFrom == to || validPort(bytes, portFrom, to);
  }

  private static int endOfLiteral(byte[] bytes, int from, int to) {
    int at = from + 1;
    while (at < to && (Octets.hex(bytes[at]) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
      at++;
    }
    return at < to && at > from + 1 && bytes[at] == ']' ? at + 1 : -1;
  }

  private static int endOfName(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != ':') {
      byte octet = bytes[at];
      if (!Octets.isHost(octet) || octet == '[' || octet == ']') {
        return -1;
      }
      at++;
    }
    return at;
  }

  private static boolean validPort(byte[] bytes, int colon, int to) {
    if (bytes[colon] != ':' || to - colon - 1 > PORT_DIGITS_MAX) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
      port = port * 10 + bytes[i] - '0';
    }
    return port <= PORT_MAX;
  }
}
