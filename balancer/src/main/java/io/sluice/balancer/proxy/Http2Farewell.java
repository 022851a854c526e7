package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;

/** All that is said over HTTP/2 to a client that is not served: no settings, and GOAWAY. */
final class Http2Farewell {
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int HEAD_BYTES = 9;
  private static final int CODES_BYTES = 8;

  private Http2Farewell() {}

  /** The frames with which the client is told why. */
  static ByteBuf of(Answer why) {
    byte[] sentence = why.sentence().getBytes(US_ASCII);
    ByteBuf frames = Unpooled.buffer(2 * HEAD_BYTES + CODES_BYTES + sentence.length);
    head(frames, SETTINGS, 0);
    head(frames, GOAWAY, CODES_BYTES + sentence.length);
    frames.writeInt(0).writeInt((int) Http2Error.ENHANCE_YOUR_CALM.code());
    return frames.writeBytes(sentence);
  }

  private static void head(ByteBuf frames, int type, int size) {
    frames.writeMedium(size).writeByte(type).writeByte(0).writeInt(0);
  }
}
