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
   * Any other field by which proxies tell servers how a request came, under whichever of its names:
   * a server that believes one believes everybody, unless nobody else can send it.
   */
  TOLD_BY_PROXIES(false),
  /**
   * A framing field written with an underscore or the like: servers that map fields to environment
   * variables read it as the real one.
   */
  DISGUISED_FRAMING(false),
  /** Another known field written so; never passed on, since it could stand for what we write. */
  DISGUISED(true);

  private static final int LENGTH_MAX = 32;
  private static final String FORWARDED_PREFIX = "x-forwarded-";

  /** Names of {@link #TOLD_BY_PROXIES} beside those that begin with {@code X-Forwarded-}. */
  private static final List<String> TOLD =
      List.of(
          "cf-connecting-ip",
          "client-ip",
          "fastly-client-ip",
          "fly-client-ip",
          "forwarded-for",
          "front-end-https",
          "proxy-client-ip",
          "true-client-ip",
          "wl-proxy-client-ip",
          "x-appengine-user-ip",
          "x-azure-clientip",
          "x-client-ip",
          "x-cluster-client-ip",
          "x-envoy-external-address",
          "x-forwarded",
          "x-original-forwarded-for",
          "x-original-host",
          "x-originating-ip",
          "x-real-ip",
          "x-remote-addr",
          "x-remote-ip",
          "x-url-scheme");

  private static final Known[][] BY_LENGTH = byLength();

  private final boolean hopByHop;

  FieldName(boolean hopByHop) {
    this.hopByHop = hopByHop;
  }

  /** Whether the field belongs to one connection and is never passed on. */
  public boolean hopByHop() {
    return hopByHop;
  }

  /** The name that stands in this span. */
  static FieldName of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < LENGTH_MAX) {
      for (Known known : BY_LENGTH[length]) {
        if (matches(known.text(), bytes, from)) {
          return known.name();
        }
        if (matchesDisguised(known.text(), bytes, from)) {
          return known.name() == CONTENT_LENGTH || known.name() == TRANSFER_ENCODING
              ? DISGUISED_FRAMING
              : DISGUISED;
        }
      }
    }
    if (length > FORWARDED_PREFIX.length() && matchesDisguised(FORWARDED_PREFIX, bytes, from)) {
      return matches(FORWARDED_PREFIX, bytes, from) ? TOLD_BY_PROXIES : DISGUISED;
    }
    return OTHER;
  }

  /** A name as it is written in lower case, and what it stands for. */
  private record Known(String text, FieldName name) {}

  /** Compares with the case bit set: of the octets of a token, only letters can then be equal. */
  private static boolean matches(String text, byte[] bytes, int from) {
    for (int i = 0; i < text.length(); i++) {
      if ((bytes[from + i] | 0x20) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Compares with every hyphen standing for any octet of a token but a letter or a digit. */
  private static boolean matchesDisguised(String text, byte[] bytes, int from) {
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

  private static Known[][] byLength() {
    List<List<Known>> lists = new ArrayList<>();
    for (int i = 0; i < LENGTH_MAX; i++) {
      lists.add(new ArrayList<>());
    }
    for (FieldName known : values()) {
      if (known != OTHER && known != DISGUISED_FRAMING && known != DISGUISED) {
        String text = known.name().toLowerCase(Locale.ROOT).replace('_', '-');
        lists.get(text.length()).add(new Known(text, known));
      }
    }
    TOLD.forEach(text -> lists.get(text.length()).add(new Known(text, TOLD_BY_PROXIES)));
    return lists.stream().map(list -> list.toArray(Known[]::new)).toArray(Known[][]::new);
  }
}
