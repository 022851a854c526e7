package io.sluice.balancer.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** What is the same of a connection of HTTP/2, whoever is at its other end. */
abstract class Http2Endpoint extends Http2ConnectionHandler {
  private @Nullable ChannelHandlerContext context;

  Http2Endpoint(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    super(decoder, encoder, settings, true);
  }

  /** It is in its pipeline. */
  final void begin(ChannelHandlerContext ctx) {
    context = ctx;
  }

  final boolean begun() {
    return context != null;
  }

  final ChannelHandlerContext context() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("HTTP/2 has not begun on this connection yet");
    }
    return present;
  }

  final ChannelPromise promise() {
    return context().newPromise();
  }

  /** So much of the window may be used anew. */
  final void consumed(int id, int size) {
    Http2Stream stream = connection().stream(id);
    if (stream == null) {
      return;
    }
    try {
      if (connection().local().flowController().consumeBytes(stream, size)) {
        flush();
      }
    } catch (Http2Exception fault) {
      onError(context(), true, fault);
    }
  }

  final void flush() {
    flush(context());
  }
}
