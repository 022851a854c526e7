package io.sluice.balancer.http;

/** The classes of octets of RFC 9110 section 5.6 and RFC 3986, as lookup tables. */
final class Octets {
  static final byte CR = '\r';
  static final byte LF = '\n';
  static final byte SP = ' ';
  static final byte HTAB = '\t';

  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];
  private static final boolean[] TARGET = new boolean[256];
  private static final boolean[] HOST = new boolean[256];

  static {
    for (int c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 'a' + 'A'] = true;
    }
    for (int c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
    for (int c = 0x20; c <= 0xff; c++) {
      VALUE[c] = c != 0x7f;
    }
    VALUE[HTAB] = true;
    for (int c = 0x21; c <= 0x7e; c++) {
      TARGET[c] = c != '#';
      HOST[c] = TOKEN[c] && c != '#' && c != '^' && c != '`' && c != '|';
    }
    for (char c : "()=;:[]".toCharArray()) {
      HOST[c] = true;
    }
  }

  private Octets() {}

  /** Whether the octet may stand in a token, such as a method or a field name. */
  static boolean isToken(byte octet) {
    return TOKEN[octet & 0xff];
  }

  /** Whether the octet is an ASCII letter or digit. */
  static boolean isAlphanumeric(byte octet) {
    int letter = octet | 0x20;
    return (octet >= '0' && octet <= '9') || (letter >= 'a' && letter <= 'z');
  }

  /** Whether the octet may stand in a field value: visible, obs-text, space or tab. */
  static boolean isValue(byte octet) {
    return VALUE[octet & 0xff];
  }

  /** Whether the octet may stand in a request target: visible ASCII without the fragment's mark. */
  static boolean isTarget(byte octet) {
    return TARGET[octet & 0xff];
  }

  /** Whether the octet may stand in the value of {@code Host}. */
  static boolean isHost(byte octet) {
    return HOST[octet & 0xff];
  }

  /** Whether the octet is optional white space. */
  static boolean isBlank(byte octet) {
    return octet == SP || octet == HTAB;
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(byte octet) {
    if (octet >= '0' && octet <= '9') {
      return octet - '0';
    }
    int letter = octet | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /** Whether the span equals the lower-case ASCII text, whatever its own case. */
  static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String lowerCase) {
    if (to - from != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      if (lower(bytes[from + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether two spans are equal but for the case of ASCII letters. */
  static boolean sameIgnoreCase(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
    if (to - from != otherTo - otherFrom) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (lower(bytes[from + i]) != lower(bytes[otherFrom + i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }
}
