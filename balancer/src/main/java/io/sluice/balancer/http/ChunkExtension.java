package io.sluice.balancer.http;

/**
 * Follows the extension of one chunk, octet by octet: {@code *( BWS ";" BWS token [ BWS "=" BWS (
 * token / quoted-string ) ] )} (RFC 9112 section 7.1.1). Nobody uses extensions, but two programs
 * that read a malformed one differently disagree about where its chunk begins.
 */
final class ChunkExtension {
  private enum Step {
    NAME_AWAITED,
    NAME,
    NAME_OVER,
    VALUE_AWAITED,
    VALUE,
    QUOTED,
    ESCAPED,
    VALUE_OVER,
    BLANK_BEHIND
  }

  private static final int MAX_BYTES = 256;

  private Step step = Step.NAME_AWAITED;
  private int size;

  /** A semicolon stood behind the size. */
  void begin() {
    step = Step.NAME_AWAITED;
    size = 0;
  }

  /** Takes the next octet; false if it must not stand here. */
  boolean takes(byte octet) {
    if (++size > MAX_BYTES || !Octets.isValue(octet)) {
      return false;
    }
    Step before = step;
    step =
        switch (before) {
          case NAME_AWAITED -> Octets.isToken(octet) ? Step.NAME : Step.NAME_AWAITED;
          case NAME -> Octets.isToken(octet) ? Step.NAME : behind(octet, true);
          case NAME_OVER -> behind(octet, true);
          case VALUE_AWAITED ->
              octet == '"' ? Step.QUOTED : Octets.isToken(octet) ? Step.VALUE : Step.VALUE_AWAITED;
          case VALUE -> Octets.isToken(octet) ? Step.VALUE : behind(octet, false);
          case QUOTED ->
              octet == '"' ? Step.VALUE_OVER : octet == '\\' ? Step.ESCAPED : Step.QUOTED;
          case ESCAPED -> Step.QUOTED;
          case VALUE_OVER, BLANK_BEHIND -> behind(octet, false);
        };
    return allowed(before, octet);
  }

  /** What follows a name or a value: blanks, the next one, or, behind a name, its value. */
  private static Step behind(byte octet, boolean name) {
    if (octet == ';') {
      return Step.NAME_AWAITED;
    }
    if (name) {
      return octet == '=' ? Step.VALUE_AWAITED : Step.NAME_OVER;
    }
    return Step.BLANK_BEHIND;
  }

  private static boolean allowed(Step before, byte octet) {
    boolean blank = Octets.isBlank(octet);
    return switch (before) {
      case NAME_AWAITED -> blank || Octets.isToken(octet);
      case NAME -> blank || octet == ';' || octet == '=' || Octets.isToken(octet);
      case NAME_OVER -> blank || octet == ';' || octet == '=';
      case VALUE_AWAITED -> blank || octet == '"' || Octets.isToken(octet);
      case VALUE -> blank || octet == ';' || Octets.isToken(octet);
      case QUOTED, ESCAPED -> true;
      case VALUE_OVER, BLANK_BEHIND -> blank || octet == ';';
    };
  }

  /** Whether it may end here. */
  boolean whole() {
    return switch (step) {
      case NAME, VALUE, VALUE_OVER -> true;
      // Blanks belong before a semicolon or an equals sign, not before the end.
      case NAME_AWAITED, NAME_OVER, VALUE_AWAITED, QUOTED, ESCAPED, BLANK_BEHIND -> false;
    };
  }
}
