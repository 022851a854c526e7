package io.sluice.balancer.http;

import static io.sluice.balancer.http.FuzzedBytes.same;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.balancer.http.ResponseRewrite.Persistence;
import java.util.Arrays;

/**
 * What a fuzzer tries on heads of responses, as {@link RequestHeadFuzz} on those of requests. The
 * first byte says what the response answers.
 */
public final class ResponseHeadFuzz {
  private static final ResponseRewrite.Extras EXTRAS =
      new ResponseRewrite.Extras("now".getBytes(ISO_8859_1), new byte[0]);

  private ResponseHeadFuzz() {}

  private record Result(Scan scan, int end, String refusal) {}

  /** The fuzzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    boolean toHead = (data[0] & 1) != 0;
    boolean upgrade = (data[0] & 2) != 0;
    byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
    ResponseHead head = new ResponseHead(HeadLimits.DEFAULT);
    head.expectUpgrade(upgrade ? "websocket" : "");
    Result alone = scan(head, bytes, 0, bytes.length, toHead);
    for (String around : new String[] {"\r\n\r\n", "X", "\0", "HTTP/1.1 200 OK\r\n\r\n"}) {
      byte[] more = FuzzedBytes.between(around, bytes);
      int from = around.length();
      same(
          "with " + around + " around", alone, scan(head, more, from, from + bytes.length, toHead));
    }
    same("in pieces", alone, inPieces(head, bytes, toHead));
    if (scan(head, bytes, 0, bytes.length, toHead).scan() == Scan.COMPLETE) {
      passedOn(head, toHead);
    }
  }

  private static Result scan(ResponseHead head, byte[] bytes, int from, int to, boolean toHead) {
    Scan scan = head.scan(bytes, from, to, toHead);
    return switch (scan) {
      case COMPLETE -> new Result(scan, head.end() - from, "");
      case REFUSED -> new Result(scan, 0, head.refusal().name());
      case INCOMPLETE -> new Result(scan, 0, "");
    };
  }

  private static Result inPieces(ResponseHead head, byte[] data, boolean toHead) {
    int piece = FuzzedBytes.piece(data);
    for (int to = piece; to < data.length; to += piece) {
      Result result = scan(head, data, 0, to, toHead);
      if (result.scan() != Scan.INCOMPLETE) {
        return result;
      }
    }
    return scan(head, data, 0, data.length, toHead);
  }

  private static void passedOn(ResponseHead head, boolean toHead) {
    int status = head.status();
    BodyKind kind = head.bodyKind();
    long length = head.contentLength();
    boolean switches = head.switches();
    boolean interim = head.interim();
    HeadBytes out = new HeadBytes();
    if (switches) {
      ResponseRewrite.writeSwitch(head, "websocket", out);
    } else if (interim) {
      ResponseRewrite.writeInterim(head, out);
    } else {
      ResponseRewrite.write(head, Persistence.IMPLIED, false, EXTRAS, out);
    }
    ResponseHead again = new ResponseHead(FuzzedBytes.WIDE);
    again.expectUpgrade(switches ? "websocket" : "");
    Scan scan = again.scan(out.array(), 0, out.length(), toHead);
    if (scan != Scan.COMPLETE) {
      String why = scan == Scan.REFUSED ? again.refusal().sentence() : "no end";
      throw new AssertionError("passed on, but not taken again: %s%n%s".formatted(why, out));
    }
    same("the end of what is passed on", out.length(), again.end());
    same("its status", status, again.status());
    same("its body", kind, again.bodyKind());
    same("whether it is interim", interim, again.interim());
    if (kind == BodyKind.LENGTH) {
      same("its length", length, again.contentLength());
    }
  }
}
