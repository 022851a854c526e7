package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * The last part of a response so far, which is held back until it is known whether its stream ends
 * with it: an end of its own would be one more frame, and to a client of gRPC another message.
 */
final class HeldBack {
  private final Http2Codec codec;
  private @Nullable Http2Headers head;
  private @Nullable ByteBuf body;
  private @Nullable Http2Headers trailers;

  HeldBack(Http2Codec codec) {
    this.codec = codec;
  }

  void head(Http2Headers fields) {
    head = fields;
  }

  /** Holds a part of the body back, which it takes over, and sends what was held before. */
  void body(Outflow out, ByteBuf bytes) {
    send(out);
    body = bytes;
  }

  void trailers(Http2Headers fields) {
    trailers = fields;
  }

  /** Sends it, since the response goes on. */
  void send(Outflow out) {
    sendHead(out);
    ByteBuf last = body;
    if (last != null) {
      body = null;
      var _ = codec.writeBody(out, last, false);
    }
  }

  private void sendHead(Outflow out) {
    Http2Headers fields = head;
    if (fields != null) {
      head = null;
      var _ = codec.writeHead(out.id(), fields, false);
    }
  }

  /** Sends it with the response's end. */
  ChannelFuture end(Outflow out) {
    Http2Headers lastFields = trailers;
    Http2Headers firstFields = head;
    ByteBuf bytes = body;
    if (lastFields != null) {
      send(out);
      return codec.writeHead(out.id(), lastFields, true);
    }
    if (bytes != null) {
      body = null;
      sendHead(out);
      return codec.writeBody(out, bytes, true);
    }
    if (firstFields != null) {
      head = null;
      return codec.writeHead(out.id(), firstFields, true);
    }
    return codec.writeEnd(out);
  }

  /** Lets go of it. */
  void clear() {
    head = null;
    trailers = null;
    ByteBuf bytes = body;
    if (bytes != null) {
      body = null;
      bytes.release();
    }
  }

  int size() {
    return Buffers.readable(body);
  }
}
