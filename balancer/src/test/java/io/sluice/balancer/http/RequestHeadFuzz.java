package io.sluice.balancer.http;

import static io.sluice.balancer.http.FuzzedBytes.same;
import static io.sluice.balancer.http.FuzzedBytes.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * What a fuzzer tries on heads of requests: what stands around a head does not matter, nor in which
 * pieces it comes; and what is passed on is taken again, and means the same.
 */
public final class RequestHeadFuzz {
  private static final byte[] ID = "id".getBytes(ISO_8859_1);
  private static final Hop HOP = new Hop("10.0.0.1", "lb:1", HopRules.DEFAULT, false);
  private static final Hop TRUSTED =
      new Hop("10.0.0.1", "lb:1", HopRules.DEFAULT.trusting(Networks.ALL), true);

  private RequestHeadFuzz() {}

  /** A head as whoever routes it sees it. */
  private record Meaning(
      RequestMethod method, String host, BodyKind kind, long length, RequestHead.TargetForm form) {}

  /** What came of a scan; the end and the refusal are relative to the start. */
  private record Result(Scan scan, int end, String refusal) {}

  /** The fuzzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    RequestHead head = new RequestHead(HeadLimits.DEFAULT);
    Result alone = scan(head, data, 0, data.length);
    for (String around : new String[] {"\r\n\r\n", "X", "\0", " HTTP/1.1\r\nHost: b\r\n\r\n"}) {
      byte[] more = FuzzedBytes.between(around, data);
      int from = around.length();
      same("with " + around + " around", alone, scan(head, more, from, from + data.length));
    }
    same("in pieces", alone, inPieces(head, data));
    if (scan(head, data, 0, data.length).scan() == Scan.COMPLETE) {
      passedOn(head, HOP);
      scan(head, data, 0, data.length);
      passedOn(head, TRUSTED);
    }
  }

  private static Result scan(RequestHead head, byte[] bytes, int from, int to) {
    Scan scan = head.scan(bytes, from, to);
    return switch (scan) {
      case COMPLETE -> new Result(scan, head.end() - from, "");
      case REFUSED -> new Result(scan, 0, head.refusal().name());
      case INCOMPLETE -> new Result(scan, 0, "");
    };
  }

  private static Result inPieces(RequestHead head, byte[] data) {
    int piece = FuzzedBytes.piece(data);
    for (int to = piece; to < data.length; to += piece) {
      Result result = scan(head, data, 0, to);
      if (result.scan() != Scan.INCOMPLETE) {
        return result;
      }
    }
    return scan(head, data, 0, data.length);
  }

  private static void passedOn(RequestHead head, Hop hop) {
    Meaning before = meaning(head, host(head));
    HeadBytes out = new HeadBytes();
    RequestRewrite.write(head, hop, ID, out);
    RequestHead again = new RequestHead(FuzzedBytes.WIDE);
    Scan scan = again.scan(out.array(), 0, out.length());
    if (scan != Scan.COMPLETE) {
      String why = scan == Scan.REFUSED ? again.refusal().sentence() : "no end";
      throw new AssertionError("passed on, but not taken again: %s%n%s".formatted(why, out));
    }
    same("the end of what is passed on", out.length(), again.end());
    same("what is passed on", before, meaning(again, host(again)));
    same("its version", false, again.http10());
  }

  private static Meaning meaning(RequestHead head, String host) {
    boolean absolute = head.form() == RequestHead.TargetForm.ABSOLUTE;
    boolean bare = absolute && head.authorityTo() == head.targetTo();
    RequestHead.TargetForm form = absolute ? RequestHead.TargetForm.ORIGIN : head.form();
    if (bare && head.method() == RequestMethod.OPTIONS) {
      form = RequestHead.TargetForm.ASTERISK;
    }
    return new Meaning(head.method(), host, head.bodyKind(), head.contentLength(), form);
  }

  private static String host(RequestHead head) {
    byte[] bytes = head.fields().bytes();
    if (head.form() == RequestHead.TargetForm.ABSOLUTE) {
      return text(bytes, head.authorityFrom(), head.authorityTo());
    }
    int host = head.framing().host();
    return head.framing().hasHost()
        ? text(bytes, head.fields().valueFrom(host), head.fields().valueTo(host))
        : "lb:1";
  }
}
