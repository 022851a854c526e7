package io.sluice.balancer.http;

import static io.sluice.balancer.http.FuzzedBytes.same;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a fuzzer tries on chunked bodies: it makes no difference in which pieces one comes, nothing
 * outside of the piece at hand is looked at, and what is done stays done.
 */
public final class ChunkedBodyFuzz {
  private ChunkedBodyFuzz() {}

  /** What came of a body. */
  private record Result(ChunkedBody.State state, String refusal, int end, String data) {}

  /** The fuzzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    ChunkedBody body = new ChunkedBody(new HeadLimits(1024, 1024, 20));
    Result whole = read(body, data, data.length + 1);
    body.reset();
    same("octet by octet", whole, read(body, data, 1));
    body.reset();
    same("in pieces", whole, read(body, data, FuzzedBytes.piece(data)));
    if (whole.state() == ChunkedBody.State.DONE) {
      body.reset();
      byte[] exact = Arrays.copyOf(data, whole.end());
      same("without what follows", whole, read(body, exact, exact.length));
      byte[] cut = Arrays.copyOf(data, whole.end() - 1);
      body.reset();
      same("cut off", ChunkedBody.State.MORE, read(body, cut, cut.length + 1).state());
    }
  }

  private static Result read(ChunkedBody body, byte[] data, int piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < data.length && body.state() == ChunkedBody.State.MORE) {
      int from = at;
      int to = Math.min(data.length, from + piece);
      at =
          body.scan(
              index -> within(data, index, from, to),
              from,
              to,
              (first, last) -> {
                if (first < from || last > to || first > last) {
                  throw new AssertionError(
                      "data in %d..%d of %d..%d".formatted(first, last, from, to));
                }
                out.write(data, first, last - first);
              });
      if (body.state() == ChunkedBody.State.MORE) {
        same("how far an unfinished body goes", to, at);
      }
    }
    boolean refused = body.state() == ChunkedBody.State.REFUSED;
    return new Result(
        body.state(),
        refused ? body.refusal().name() : "",
        at,
        HexFormat.of().formatHex(out.toByteArray()));
  }

  private static byte within(byte[] data, int index, int from, int to) {
    if (index < from || index >= to) {
      throw new AssertionError("octet %d of %d..%d was read".formatted(index, from, to));
    }
    return data[index];
  }
}
