package io.sluice.balancer.http;

/**
 * Finds out whether a message takes part in an authentication of the connection instead of the
 * request: NTLM and Negotiate (RFC 4559) make the connection the user's, whoever sends over it.
 */
final class BoundAuthentication {
  private BoundAuthentication() {}

  /** Whether a field of this lower-case name holds credentials or a challenge of that kind. */
  static boolean in(Fields fields, String name) {
    for (int i = 0; i < fields.count(); i++) {
      if (Octets.equalsIgnoreCase(fields.bytes(), fields.nameFrom(i), fields.nameTo(i), name)
          && anyElement(fields.bytes(), fields.valueFrom(i), fields.valueTo(i))) {
        return true;
      }
    }
    return false;
  }

  /** Challenges are a list; a comma within quotes at worst keeps a connection for one user. */
  private static boolean anyElement(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      while (at < to && Octets.isBlank(bytes[at])) {
        at++;
      }
      int end = at;
      while (end < to && Octets.isToken(bytes[end])) {
        end++;
      }
      if (bound(bytes, at, end)) {
        return true;
      }
      while (at < to && bytes[at] != ',') {
        at++;
      }
      at++;
    }
    return false;
  }

  /** Nego2 is a draft of Negotiate that Microsoft's servers still name. */
  private static boolean bound(byte[] bytes, int from, int to) {
    return Octets.equalsIgnoreCase(bytes, from, to, "ntlm")
        || Octets.equalsIgnoreCase(bytes, from, to, "kerberos")
        || (to - from >= 4 && Octets.equalsIgnoreCase(bytes, from, from + 4, "nego"));
  }
}
