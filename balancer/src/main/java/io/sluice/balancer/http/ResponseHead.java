package io.sluice.balancer.http;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response: scanned, judged, and kept as spans over the bytes that it was scanned
 * from. An instance is reused for head after head and belongs to one thread.
 */
public final class ResponseHead {
  private static final int CODE_FROM = "HTTP/1.1 ".length();
  private static final int CODE_TO = CODE_FROM + 3;

  /** What browsers and servers send events as. */
  private static final List<String> STREAMS =
      List.of(
          "text/event-stream",
          "application/x-ndjson",
          "application/stream+json",
          "multipart/x-mixed-replace",
          "application/grpc",
          "application/grpc+proto",
          "application/grpc+json");

  private final HeadLimits limits;
  private final Fields fields;
  private final Framing framing = new Framing();
  private byte[] bytes = new byte[0];
  private Refusal refusal = Refusal.BAD_STATUS_LINE;
  private BodyKind bodyKind = BodyKind.NONE;
  private int from;
  private int reasonTo;
  private int fieldsFrom;
  private int status;
  private boolean http10;
  private String upgrade = "";

  /** A head that keeps these limits. */
  public ResponseHead(HeadLimits limits) {
    this.limits = limits;
    this.fields = new Fields(limits);
  }

  /**
   * From here on, 101 is welcome or not.
   *
   * @param protocol to which the request asked to change, in lower case; empty: to none
   */
  public void expectUpgrade(String protocol) {
    upgrade = protocol;
  }

  /**
   * Scans {@code head[from, to)}.
   *
   * @param toHead whether the request was a HEAD, whose answer has no body whatever it says
   */
  public Scan scan(byte[] head, int from, int to, boolean toHead) {
    this.bytes = head;
    this.from = from;
    fields.reset(head);
    int limit = Math.min(to, from + limits.headMaxBytes());
    Scan line = scanLine(limit);
    Scan result = line == Scan.COMPLETE ? scanFields(limit, toHead) : line;
    if (result == Scan.INCOMPLETE && to - from >= limits.headMaxBytes()) {
      return refuse(Refusal.HEAD_TOO_LARGE);
    }
    return result;
  }

  private Scan scanLine(int to) {
    int at = from + CODE_TO;
    if (at > to) {
      return couldStart(to) ? Scan.INCOMPLETE : refuse(Refusal.BAD_STATUS_LINE);
    }
    if (!couldStart(at) || !readCode()) {
      return refuse(Refusal.BAD_STATUS_LINE);
    }
    while (at < to && Octets.isValue(bytes[at])) {
      at++;
    }
    if (at == to || (bytes[at] == Octets.CR && at + 1 == to)) {
      return Scan.INCOMPLETE;
    }
    boolean reason = at == from + CODE_TO || bytes[from + CODE_TO] == Octets.SP;
    if (!reason || bytes[at] != Octets.CR || bytes[at + 1] != Octets.LF) {
      return refuse(bytes[at] == Octets.LF ? Refusal.BARE_LF : Refusal.BAD_STATUS_LINE);
    }
    reasonTo = at;
    fieldsFrom = at + 2;
    return Scan.COMPLETE;
  }

  private boolean couldStart(int to) {
    String start = "HTTP/1.";
    for (int i = 0; i < Math.min(start.length(), to - from); i++) {
      if (bytes[from + i] != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean readCode() {
    byte minor = bytes[from + CODE_FROM - 2];
    http10 = minor == '0';
    status = 0;
    boolean valid = (minor == '0' || minor == '1') && bytes[from + CODE_FROM - 1] == Octets.SP;
    for (int i = from + CODE_FROM; i < from + CODE_TO; i++) {
      int digit = bytes[i] - '0';
      valid &= digit >= 0 && digit <= 9;
      status = status * 10 + digit;
    }
    return valid && status >= 100 && status <= 599;
  }

  private Scan scanFields(int to, boolean toHead) {
    Scan scan = fields.scan(fieldsFrom, to);
    if (scan == Scan.REFUSED) {
      return refuse(fields.refusal());
    }
    if (scan == Scan.INCOMPLETE) {
      return scan;
    }
    framing.reset();
    Refusal wrong = framing.gather(fields, false);
    if (wrong == null && framing.chunked() && http10) {
      wrong = Refusal.TRANSFER_ENCODING_IN_HTTP_1_0;
    }
    if (wrong == null && status == 101 && !(framing.upgrades() && named("upgrade", upgrade))) {
      wrong = Refusal.UNEXPECTED_UPGRADE;
    }
    bodyKind = kind(toHead);
    return wrong == null ? Scan.COMPLETE : refuse(wrong);
  }

  /** Whether the one field of this name has this value, which is not empty. */
  private boolean named(String name, String value) {
    int same = 0;
    int all = 0;
    for (int i = 0; i < fields.count(); i++) {
      if (Octets.equalsIgnoreCase(bytes, fields.nameFrom(i), fields.nameTo(i), name)) {
        all++;
        same += fields.valueEquals(i, value) ? 1 : 0;
      }
    }
    return all == 1 && same == 1 && !value.isEmpty();
  }

  private BodyKind kind(boolean toHead) {
    if (switches()) {
      return BodyKind.UNTIL_CLOSE;
    }
    if (toHead || bodiless()) {
      return BodyKind.NONE;
    }
    if (framing.chunked()) {
      return BodyKind.CHUNKED;
    }
    if (framing.hasLength()) {
      return framing.length() > 0 ? BodyKind.LENGTH : BodyKind.NONE;
    }
    return BodyKind.UNTIL_CLOSE;
  }

  private boolean bodiless() {
    return status < 200 || status == 204 || status == 304;
  }

  private Scan refuse(@Nullable Refusal why) {
    refusal = why == null ? refusal : why;
    return Scan.REFUSED;
  }

  /** Why the last scan ended with {@link Scan#REFUSED}. */
  public Refusal refusal() {
    return refusal;
  }

  /** The index behind the head. */
  public int end() {
    return fields.end();
  }

  /** The status code, 100 to 599. */
  public int status() {
    return status;
  }

  /** Whether more heads follow for the same request. */
  public boolean interim() {
    return status < 200 && !switches();
  }

  /** Whether the connection belongs to another protocol from here on. */
  public boolean switches() {
    return status == 101;
  }

  /** How the end of the body is found. */
  public BodyKind bodyKind() {
    return bodyKind;
  }

  /** The length of the body in bytes, if its kind is {@link BodyKind#LENGTH}. */
  public long contentLength() {
    return framing.length();
  }

  /**
   * Whether the server keeps the connection open after this response. A 204 that announces a body
   * is not believed to.
   */
  public boolean persistent() {
    boolean contradicts =
        (status < 200 || status == 204) && (framing.chunked() || framing.length() > 0);
    return bodyKind != BodyKind.UNTIL_CLOSE && !contradicts && framing.persistent(http10);
  }

  /** Whether it takes part in an authentication that makes the connection the user's. */
  public boolean bindsConnection() {
    return BoundAuthentication.in(fields, "www-authenticate")
        || BoundAuthentication.in(fields, "proxy-authenticate");
  }

  /** Whether the body is a stream of events, in which it may be quiet for long. */
  public boolean eventStream() {
    for (int i = 0; i < fields.count(); i++) {
      if (Octets.equalsIgnoreCase(bytes, fields.nameFrom(i), fields.nameTo(i), "content-type")) {
        return STREAMS.stream().anyMatch(valueStarts(i));
      }
    }
    return false;
  }

  private Predicate<String> valueStarts(int index) {
    int from = fields.valueFrom(index);
    int to = fields.valueTo(index);
    return type ->
        to - from >= type.length()
            && Octets.equalsIgnoreCase(bytes, from, from + type.length(), type)
            && (to - from == type.length() || !Octets.isToken(bytes[from + type.length()]));
  }

  /** Whether framing fields must not be passed on, since this status can't have a body. */
  boolean stripsFraming() {
    return status < 200 || status == 204;
  }

  Fields fields() {
    return fields;
  }

  Framing framing() {
    return framing;
  }

  /** Where the status code begins; it ends, with its reason, at {@link #reasonTo}. */
  int codeFrom() {
    return from + CODE_FROM;
  }

  int reasonTo() {
    return reasonTo;
  }

  int fieldsFrom() {
    return fieldsFrom;
  }
}
