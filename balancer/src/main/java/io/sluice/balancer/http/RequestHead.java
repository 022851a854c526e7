package io.sluice.balancer.http;

import org.jspecify.annotations.Nullable;

/**
 * The head of a request: scanned, judged, and kept as spans over the bytes that it was scanned
 * from. An instance is reused for head after head and belongs to one thread.
 */
public final class RequestHead {
  /** The forms of a request target that are served (RFC 9112 section 3.2). */
  enum TargetForm {
    ORIGIN,
    ABSOLUTE,
    ASTERISK
  }

  private static final int VERSION_LENGTH = "HTTP/1.1".length();

  private final HeadLimits limits;
  private final long bodyMaxBytes;
  private final Fields fields;
  private final Framing framing = new Framing();
  private byte[] bytes = new byte[0];
  private Refusal refusal = Refusal.BAD_REQUEST_LINE;
  private RequestMethod method = RequestMethod.OTHER;
  private TargetForm form = TargetForm.ORIGIN;
  private int methodFrom;
  private int methodTo;
  private int targetFrom;
  private int targetTo;
  private int authorityFrom;
  private int authorityTo;
  private int fieldsFrom;
  private boolean http10;

  /** A head that keeps these limits, before a body of any length. */
  public RequestHead(HeadLimits limits) {
    this(limits, Long.MAX_VALUE);
  }

  /** The same, before a body that says that it has this much data at most. */
  public RequestHead(HeadLimits limits, long bodyMaxBytes) {
    this.limits = limits;
    this.bodyMaxBytes = bodyMaxBytes;
    this.fields = new Fields(limits);
  }

  /**
   * Scans {@code head[from, to)}. One empty line before the request line is skipped (RFC 9112
   * section 2.2). Spans are valid only after {@link Scan#COMPLETE}.
   */
  public Scan scan(byte[] head, int from, int to) {
    bytes = head;
    fields.reset(head);
    int limit = Math.min(to, from + limits.headMaxBytes());
    Scan line = scanLine(skipEmptyLine(from, limit), limit);
    Scan result = line == Scan.COMPLETE ? scanFields(limit) : line;
    if (result == Scan.INCOMPLETE) {
      return tooLong(from, to);
    }
    return result;
  }

  private Scan tooLong(int from, int to) {
    boolean inFirstLine = fieldsFrom == 0;
    if (inFirstLine && to - from > limits.requestLineMaxBytes()) {
      return refuse(Refusal.REQUEST_LINE_TOO_LONG);
    }
    return to - from >= limits.headMaxBytes() ? refuse(Refusal.HEAD_TOO_LARGE) : Scan.INCOMPLETE;
  }

  private int skipEmptyLine(int from, int to) {
    return from + 1 < to && bytes[from] == Octets.CR && bytes[from + 1] == Octets.LF
        ? from + 2
        : from;
  }

  private Scan scanLine(int from, int to) {
    fieldsFrom = 0;
    int at = from;
    while (at < to && Octets.isToken(bytes[at])) {
      at++;
    }
    if (at == to || (bytes[at] == Octets.CR && at + 1 == to)) {
      return Scan.INCOMPLETE;
    }
    if (at == from || bytes[at] != Octets.SP) {
      return refuse(whyNoMethod(bytes[at], at == from));
    }
    methodFrom = from;
    methodTo = at++;
    targetFrom = at;
    while (at < to && Octets.isTarget(bytes[at])) {
      at++;
    }
    targetTo = at;
    if (at == to) {
      return Scan.INCOMPLETE;
    }
    if (bytes[at] != Octets.SP) {
      return refuse(bytes[at] == Octets.LF ? Refusal.BARE_LF : Refusal.BAD_REQUEST_LINE);
    }
    return scanVersion(at + 1, from, to);
  }

  private static Refusal whyNoMethod(byte octet, boolean empty) {
    if (octet == Octets.LF) {
      return Refusal.BARE_LF;
    }
    return empty ? Refusal.EMPTY_METHOD : Refusal.BAD_REQUEST_LINE;
  }

  private Scan scanVersion(int from, int lineFrom, int to) {
    int at = from;
    while (at < to && bytes[at] != Octets.CR && bytes[at] != Octets.LF) {
      if (at - from >= VERSION_LENGTH) {
        return refuse(Refusal.BAD_REQUEST_LINE);
      }
      at++;
    }
    if (at == to) {
      return Scan.INCOMPLETE;
    }
    if (bytes[at] == Octets.LF) {
      return refuse(Refusal.BARE_LF);
    }
    if (at + 1 == to) {
      return Scan.INCOMPLETE;
    }
    if (bytes[at + 1] != Octets.LF) {
      return refuse(Refusal.BARE_CR);
    }
    Refusal wrong = judgeLine(from, at);
    if (wrong == null && at - lineFrom > limits.requestLineMaxBytes()) {
      wrong = Refusal.REQUEST_LINE_TOO_LONG;
    }
    fieldsFrom = at + 2;
    return wrong == null ? Scan.COMPLETE : refuse(wrong);
  }

  private @Nullable Refusal judgeLine(int versionFrom, int versionTo) {
    if (versionTo - versionFrom != VERSION_LENGTH || !startsWith("HTTP/", versionFrom)) {
      return Refusal.BAD_REQUEST_LINE;
    }
    boolean known = bytes[versionFrom + 5] == '1' && bytes[versionFrom + 6] == '.';
    byte minor = bytes[versionFrom + 7];
    if (!known || (minor != '1' && minor != '0')) {
      return Refusal.UNSUPPORTED_VERSION;
    }
    http10 = minor == '0';
    method = RequestMethod.of(bytes, methodFrom, methodTo);
    if (method == RequestMethod.CONNECT || method == RequestMethod.TRACE) {
      return Refusal.METHOD_NOT_ALLOWED;
    }
    return judgeTarget() ? null : Refusal.BAD_TARGET;
  }

  private boolean judgeTarget() {
    if (targetTo == targetFrom) {
      return false;
    }
    if (bytes[targetFrom] == '/') {
      form = TargetForm.ORIGIN;
      return true;
    }
    if (bytes[targetFrom] == '*') {
      form = TargetForm.ASTERISK;
      return targetTo - targetFrom == 1 && method == RequestMethod.OPTIONS;
    }
    form = TargetForm.ABSOLUTE;
    int scheme = schemeLength();
    authorityFrom = targetFrom + scheme;
    authorityTo = authorityFrom;
    while (authorityTo < targetTo && bytes[authorityTo] != '/' && bytes[authorityTo] != '?') {
      authorityTo++;
    }
    return scheme > 0 && Authority.valid(bytes, authorityFrom, authorityTo);
  }

  private int schemeLength() {
    for (String scheme : new String[] {"http://", "https://"}) {
      int end = targetFrom + scheme.length();
      if (end < targetTo && Octets.equalsIgnoreCase(bytes, targetFrom, end, scheme)) {
        return scheme.length();
      }
    }
    return 0;
  }

  private boolean startsWith(String text, int from) {
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Scan scanFields(int to) {
    Scan scan = fields.scan(fieldsFrom, to);
    if (scan == Scan.REFUSED) {
      return refuse(fields.refusal());
    }
    if (scan == Scan.INCOMPLETE) {
      return scan;
    }
    framing.reset();
    Refusal wrong = framing.gather(fields, true);
    if (wrong == null && framing.chunked() && http10) {
      wrong = Refusal.TRANSFER_ENCODING_IN_HTTP_1_0;
    }
    if (wrong == null && !framing.hasHost() && !http10) {
      wrong = Refusal.HOST_MISSING;
    }
    if (wrong == null && framing.length() > bodyMaxBytes) {
      wrong = Refusal.BODY_TOO_LARGE;
    }
    return wrong == null ? Scan.COMPLETE : refuse(wrong);
  }

  private Scan refuse(Refusal why) {
    refusal = why;
    return Scan.REFUSED;
  }

  /** Why the last scan ended with {@link Scan#REFUSED}. */
  public Refusal refusal() {
    return refusal;
  }

  /** The index behind the head: where its body, or the next request, begins. */
  public int end() {
    return fields.end();
  }

  /** The method. */
  public RequestMethod method() {
    return method;
  }

  /** Whether the client speaks HTTP/1.0. */
  public boolean http10() {
    return http10;
  }

  /** How the end of the body is found. */
  public BodyKind bodyKind() {
    if (framing.chunked()) {
      return BodyKind.CHUNKED;
    }
    return framing.length() > 0 ? BodyKind.LENGTH : BodyKind.NONE;
  }

  /** The length of the body in bytes, if its kind is {@link BodyKind#LENGTH}. */
  public long contentLength() {
    return framing.length();
  }

  /** Whether the client wants to send more requests over this connection. */
  public boolean persistent() {
    return framing.persistent(http10);
  }

  /** Whether the client waits for 100 before it sends the body; never in HTTP/1.0. */
  public boolean expectsContinue() {
    return framing.expectsContinue() && !http10;
  }

  Fields fields() {
    return fields;
  }

  Framing framing() {
    return framing;
  }

  TargetForm form() {
    return form;
  }

  int methodFrom() {
    return methodFrom;
  }

  int methodTo() {
    return methodTo;
  }

  int targetFrom() {
    return targetFrom;
  }

  int targetTo() {
    return targetTo;
  }

  int authorityFrom() {
    return authorityFrom;
  }

  int authorityTo() {
    return authorityTo;
  }

  int fieldsFrom() {
    return fieldsFrom;
  }
}
