package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The field lines of one head as spans over the scanned bytes. An instance is reused for head after
 * head and belongs to one thread; its spans hold until the bytes below them change.
 */
public final class Fields {
  private final HeadLimits limits;
  private final int[] nameFrom;
  private final int[] nameTo;
  private final int[] valueFrom;
  private final int[] valueTo;
  private final int[] lineTo;
  private final FieldName[] names;
  private final boolean[] dropped;
  private byte[] bytes = new byte[0];
  private int count;
  private int end;
  private Refusal refusal = Refusal.BAD_FIELD_NAME;

  Fields(HeadLimits limits) {
    this.limits = limits;
    this.nameFrom = new int[limits.fieldsMax()];
    this.nameTo = new int[limits.fieldsMax()];
    this.valueFrom = new int[limits.fieldsMax()];
    this.valueTo = new int[limits.fieldsMax()];
    this.lineTo = new int[limits.fieldsMax()];
    this.names = new FieldName[limits.fieldsMax()];
    this.dropped = new boolean[limits.fieldsMax()];
  }

  /** Forgets the last head and takes these bytes as the next one's. */
  void reset(byte[] head) {
    bytes = head;
    count = 0;
    end = 0;
  }

  /** Scans field lines from {@code from} up to and including the empty line. */
  Scan scan(int from, int to) {
    int at = from;
    while (true) {
      if (at >= to) {
        return Scan.INCOMPLETE;
      }
      if (bytes[at] == Octets.CR) {
        if (at + 1 >= to) {
          return Scan.INCOMPLETE;
        }
        end = at + 2;
        return bytes[at + 1] == Octets.LF ? Scan.COMPLETE : refuse(Refusal.BARE_CR);
      }
      if (count == limits.fieldsMax()) {
        return refuse(Refusal.TOO_MANY_FIELDS);
      }
      Scan line = scanLine(at, to);
      if (line != Scan.COMPLETE) {
        return line;
      }
      at = lineTo[count - 1];
    }
  }

  private Scan scanLine(int from, int to) {
    byte[] head = bytes;
    int at = from;
    while (at < to && Octets.isToken(head[at])) {
      at++;
    }
    if (at == to) {
      return Scan.INCOMPLETE;
    }
    if (head[at] != ':' || at == from) {
      return refuse(whyNoName(head[at], at == from));
    }
    int colon = at++;
    while (at < to && Octets.isBlank(head[at])) {
      at++;
    }
    int value = at;
    while (at < to && Octets.isValue(head[at])) {
      at++;
    }
    if (at + 1 >= to && (at == to || head[at] == Octets.CR)) {
      return Scan.INCOMPLETE;
    }
    if (head[at] != Octets.CR || head[at + 1] != Octets.LF) {
      return refuse(whyNoEnd(head[at]));
    }
    add(from, colon, value, at);
    return Scan.COMPLETE;
  }

  private void add(int from, int colon, int value, int lineEnd) {
    int valueEnd = lineEnd;
    while (valueEnd > value && Octets.isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    nameFrom[count] = from;
    nameTo[count] = colon;
    valueFrom[count] = value;
    valueTo[count] = valueEnd;
    lineTo[count] = lineEnd + 2;
    FieldName name = FieldName.of(bytes, from, colon);
    names[count] = name;
    dropped[count] = name.hopByHop();
    count++;
  }

  private static Refusal whyNoName(byte octet, boolean first) {
    return switch (octet) {
      case Octets.LF -> Refusal.BARE_LF;
      case Octets.CR -> Refusal.BAD_FIELD_NAME;
      case Octets.SP, Octets.HTAB -> first ? Refusal.FOLDED_LINE : Refusal.SPACE_BEFORE_COLON;
      default -> Refusal.BAD_FIELD_NAME;
    };
  }

  private static Refusal whyNoEnd(byte octet) {
    return switch (octet) {
      case Octets.LF -> Refusal.BARE_LF;
      case Octets.CR -> Refusal.BARE_CR;
      default -> Refusal.CONTROL_CHARACTER;
    };
  }

  private Scan refuse(Refusal why) {
    refusal = why;
    return Scan.REFUSED;
  }

  Refusal refusal() {
    return refusal;
  }

  /** Where the head ends: the index behind its empty line. */
  int end() {
    return end;
  }

  /** The number of field lines. */
  public int count() {
    return count;
  }

  FieldName name(int index) {
    return names[index];
  }

  int nameFrom(int index) {
    return nameFrom[index];
  }

  int nameTo(int index) {
    return nameTo[index];
  }

  int valueFrom(int index) {
    return valueFrom[index];
  }

  int valueTo(int index) {
    return valueTo[index];
  }

  int lineTo(int index) {
    return lineTo[index];
  }

  boolean dropped(int index) {
    return dropped[index];
  }

  /** The index, if the field is passed on; else -1. */
  int kept(int index) {
    return index >= 0 && !dropped[index] ? index : -1;
  }

  /** Takes a field out of what is passed on. */
  void drop(int index) {
    dropped[index] = true;
  }

  byte[] bytes() {
    return bytes;
  }

  String value(int index) {
    return new String(bytes, valueFrom[index], valueTo[index] - valueFrom[index], ISO_8859_1);
  }

  boolean valueEquals(int index, String lowerCase) {
    return Octets.equalsIgnoreCase(bytes, valueFrom[index], valueTo[index], lowerCase);
  }
}
