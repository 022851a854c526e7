package io.sluice.balancer.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The field names that the balancer has to know; every other one is {@link #OTHER}. */
public enum FieldName {
  OTHER(false),
  CONNECTION(true),
  CONTENT_LENGTH(false),
  COOKIE(false),
  DATE(false),
  EXPECT(false),
  FORWARDED(false),
  HOST(false),
  KEEP_ALIVE(true),
  /** Not a field that anybody should trust: CGI programs take it for the proxy's address. */
  PROXY(true),
  PROXY_AUTHENTICATE(true),
  PROXY_AUTHORIZATION(true),
  PROXY_CONNECTION(true),
  TE(true),
  TRANSFER_ENCODING(false),
  UPGRADE(true),
  X_FORWARDED_FOR(false),
  X_FORWARDED_HOST(false),
  X_FORWARDED_PROTO(false),
  X_REQUEST_ID(false),
  /**
   * A framing field written with an underscore or the like: servers that map fields to environment
   * variables read it as the real one.
   */
  DISGUISED_FRAMING(false),
  /** Another known field written so; never passed on, since it could stand for what we write. */
  DISGUISED(true);

  private static final int LENGTH_MAX = 32;
  private static final FieldName[][] BY_LENGTH = byLength();

  private final boolean hopByHop;
  private final String text;

  FieldName(boolean hopByHop) {
    this.hopByHop = hopByHop;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the field belongs to one connection and is never passed on. */
  public boolean hopByHop() {
    return hopByHop;
  }

  /** The name that stands in this span. */
  static FieldName of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length >= LENGTH_MAX) {
      return OTHER;
    }
    for (FieldName known : BY_LENGTH[length]) {
      if (known.matches(bytes, from)) {
        return known;
      }
      if (known.matchesDisguised(bytes, from)) {
        return known == CONTENT_LENGTH || known == TRANSFER_ENCODING
            ? DISGUISED_FRAMING
            : DISGUISED;
      }
    }
    return OTHER;
  }

  /** Compares with the case bit set: of the octets of a token, only letters can then be equal. */
  private boolean matches(byte[] bytes, int from) {
    for (int i = 0; i < text.length(); i++) {
      if ((bytes[from + i] | 0x20) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Compares with every hyphen standing for any octet of a token but a letter or a digit. */
  private boolean matchesDisguised(byte[] bytes, int from) {
    for (int i = 0; i < text.length(); i++) {
      char expected = text.charAt(i);
      byte octet = bytes[from + i];
      boolean same = expected == '-' ? !Octets.isAlphanumeric(octet) : (octet | 0x20) == expected;
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static FieldName[][] byLength() {
    List<List<FieldName>> lists = new ArrayList<>();
    for (int i = 0; i < LENGTH_MAX; i++) {
      lists.add(new ArrayList<>());
    }
    for (FieldName known : values()) {
      if (known != OTHER && known != DISGUISED_FRAMING && known != DISGUISED) {
        lists.get(known.text.length()).add(known);
      }
    }
    return lists.stream().map(list -> list.toArray(FieldName[]::new)).toArray(FieldName[][]::new);
  }
}
