package io.sluice.balancer.http;

import org.jspecify.annotations.Nullable;

/**
 * What the fields of one head say about its body and its connection: gathered field by field, then
 * judged as a whole. Reused for head after head.
 */
final class Framing {
  private static final int DIGITS_MAX = 18;
  private static final int NONE = -1;

  private final ConnectionOptions connection = new ConnectionOptions();
  private int lengths;
  private int encodings;
  private int hosts;
  private long length;
  private boolean expectsContinue;
  private int date;
  private int requestId;
  private int padded;
  private int host;

  void reset() {
    connection.reset();
    lengths = 0;
    encodings = 0;
    hosts = 0;
    length = 0;
    host = NONE;
    expectsContinue = false;
    date = NONE;
    requestId = NONE;
    padded = NONE;
  }

  /** Reads every field; the first thing that is wrong comes back, or null if all is well. */
  @Nullable Refusal gather(Fields fields, boolean request) {
    for (int i = 0; i < fields.count(); i++) {
      Refusal wrong = read(fields, i, request);
      if (wrong != null) {
        return wrong;
      }
    }
    date = fields.kept(date);
    requestId = fields.kept(requestId);
    return lengths > 0 && encodings > 0 ? Refusal.BOTH_LENGTHS : null;
  }

  private @Nullable Refusal read(Fields fields, int i, boolean request) {
    return switch (fields.name(i)) {
      case OTHER,
          COOKIE,
          DISGUISED,
          KEEP_ALIVE,
          PROXY,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          PROXY_CONNECTION,
          TE,
          UPGRADE,
          FORWARDED,
          X_FORWARDED_FOR,
          X_FORWARDED_HOST,
          X_FORWARDED_PROTO,
          TOLD_BY_PROXIES ->
          null;
      case CONNECTION -> options(fields, i);
      case CONTENT_LENGTH -> contentLength(fields, i);
      case TRANSFER_ENCODING -> transferEncoding(fields, i);
      case DISGUISED_FRAMING -> Refusal.FRAMING_DISGUISED;
      case HOST -> request ? host(fields, i) : null;
      case EXPECT -> request ? expect(fields, i) : null;
      case DATE -> {
        date = i;
        yield null;
      }
      case X_REQUEST_ID -> {
        requestId = i;
        yield null;
      }
    };
  }

  private @Nullable Refusal options(Fields fields, int index) {
    connection.read(fields, index);
    if (connection.nominatesTooMuch()) {
      return Refusal.TOO_MANY_OPTIONS;
    }
    return connection.nominatesFraming() ? Refusal.FRAMING_NOMINATED : null;
  }

  private @Nullable Refusal contentLength(Fields fields, int index) {
    if (++lengths > 1) {
      return Refusal.LENGTH_REPEATED;
    }
    int from = fields.valueFrom(index);
    int to = fields.valueTo(index);
    if (to == from || to - from > DIGITS_MAX) {
      return Refusal.LENGTH_MALFORMED;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = fields.bytes()[i] - '0';
      if (digit < 0 || digit > 9) {
        return Refusal.LENGTH_MALFORMED;
      }
      value = value * 10 + digit;
    }
    length = value;
    padded = to - from > 1 && fields.bytes()[from] == '0' ? index : NONE;
    return null;
  }

  private @Nullable Refusal transferEncoding(Fields fields, int index) {
    if (++encodings > 1) {
      return Refusal.TRANSFER_ENCODING_REPEATED;
    }
    if (fields.valueEquals(index, "chunked")) {
      return null;
    }
    byte[] bytes = fields.bytes();
    int from = fields.valueFrom(index);
    int to = fields.valueTo(index);
    boolean plain = to > from;
    for (int i = from; i < to; i++) {
      plain &= Octets.isToken(bytes[i]);
    }
    return plain ? Refusal.TRANSFER_ENCODING_UNKNOWN : Refusal.TRANSFER_ENCODING_MALFORMED;
  }

  private @Nullable Refusal host(Fields fields, int index) {
    if (++hosts > 1) {
      return Refusal.HOST_REPEATED;
    }
    host = index;
    return Authority.valid(fields.bytes(), fields.valueFrom(index), fields.valueTo(index))
        ? null
        : Refusal.HOST_MALFORMED;
  }

  private @Nullable Refusal expect(Fields fields, int index) {
    expectsContinue = true;
    return fields.valueEquals(index, "100-continue") ? null : Refusal.EXPECTATION_UNKNOWN;
  }

  boolean chunked() {
    return encodings > 0;
  }

  boolean hasLength() {
    return lengths > 0;
  }

  long length() {
    return length;
  }

  /**
   * Takes a length with zeros before it out of what is passed on, since a server could take it for
   * an octal number; {@link #writeLength} then writes it as we read it.
   */
  void dropPaddedLength(Fields fields) {
    if (padded != NONE) {
      fields.drop(padded);
    }
  }

  /** Writes the length, if it was taken out. */
  void writeLength(HeadBytes out) {
    if (padded != NONE) {
      out.add("Content-Length: " + length + "\r\n");
    }
  }

  boolean hasHost() {
    return hosts > 0;
  }

  int host() {
    return host;
  }

  boolean hasDate() {
    return date != NONE;
  }

  boolean hasRequestId() {
    return requestId != NONE;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  boolean upgrades() {
    return connection.upgrade();
  }

  boolean persistent(boolean http10) {
    return connection.persistent(http10);
  }
}
