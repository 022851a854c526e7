package io.sluice.balancer.http;

/**
 * The options of the {@code Connection} fields of one head (RFC 9110 section 7.6.1): whether the
 * connection stays open, and which other fields belong to it and have to go.
 */
final class ConnectionOptions {
  /** Far more than anybody names; each is looked for among all fields. */
  private static final int NOMINATED_MAX = 32;

  private int nominated;
  private boolean close;
  private boolean keepAlive;
  private boolean nominatesFraming;
  private boolean upgrade;

  void reset() {
    nominated = 0;
    upgrade = false;
    close = false;
    keepAlive = false;
    nominatesFraming = false;
  }

  /** Reads one {@code Connection} field, and drops the fields that it names. */
  void read(Fields fields, int index) {
    byte[] bytes = fields.bytes();
    int to = fields.valueTo(index);
    int at = fields.valueFrom(index);
    while (at < to) {
      int comma = at;
      while (comma < to && bytes[comma] != ',') {
        comma++;
      }
      int from = at;
      int end = comma;
      while (from < end && Octets.isBlank(bytes[from])) {
        from++;
      }
      while (end > from && Octets.isBlank(bytes[end - 1])) {
        end--;
      }
      option(fields, from, end);
      at = comma + 1;
    }
  }

  private void option(Fields fields, int from, int to) {
    byte[] bytes = fields.bytes();
    if (Octets.equalsIgnoreCase(bytes, from, to, "close")) {
      close = true;
    } else if (Octets.equalsIgnoreCase(bytes, from, to, "keep-alive")) {
      keepAlive = true;
    } else if (Octets.equalsIgnoreCase(bytes, from, to, "upgrade")) {
      upgrade = true;
    } else if (to > from && ++nominated <= NOMINATED_MAX) {
      nominate(fields, from, to);
    }
  }

  /**
   * What tells how a request came stays: whether that is believed is decided by who says it, and a
   * client that names it to a trusted proxy must not make it vanish.
   */
  private void nominate(Fields fields, int from, int to) {
    switch (FieldName.of(fields.bytes(), from, to)) {
      case HOST, CONTENT_LENGTH, TRANSFER_ENCODING, DISGUISED_FRAMING -> nominatesFraming = true;
      case FORWARDED, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO, TOLD_BY_PROXIES -> {}
      case OTHER,
          CONNECTION,
          COOKIE,
          DATE,
          DISGUISED,
          EXPECT,
          KEEP_ALIVE,
          PROXY,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          PROXY_CONNECTION,
          TE,
          UPGRADE,
          X_REQUEST_ID -> {
        for (int i = 0; i < fields.count(); i++) {
          if (Octets.sameIgnoreCase(
              fields.bytes(), fields.nameFrom(i), fields.nameTo(i), from, to)) {
            fields.drop(i);
          }
        }
      }
    }
  }

  /** Whether the sender wants the connection to stay open after this message. */
  boolean persistent(boolean http10) {
    return !close && (keepAlive || !http10);
  }

  /** Whether the sender wants to change the protocol, or has changed it. */
  boolean upgrade() {
    return upgrade;
  }

  /** Whether more fields were named than are looked for. */
  boolean nominatesTooMuch() {
    return nominated > NOMINATED_MAX;
  }

  /** Whether a field without which the message can't be read was named. */
  boolean nominatesFraming() {
    return nominatesFraming;
  }
}
