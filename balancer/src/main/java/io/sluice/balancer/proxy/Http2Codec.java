package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2Stream.State;

/**
 * Netty's part of an {@link Http2Client}: writes its frames, keeps windows, and tells it where the
 * client breaks rules.
 */
final class Http2Codec extends Http2Endpoint {
  private final Http2Client client;

  private Http2Codec(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      Http2Client client) {
    super(decoder, encoder, settings);
    this.client = client;
  }

  static Http2Codec of(Http2Client client, ProxyConfig config) {
    return new Builder(client, config).build();
  }

  /** Writes a head; its future completes once it has left. */
  ChannelFuture writeHead(int id, Http2Headers fields, boolean ends) {
    ChannelPromise promise = promise();
    earnOnceLeft(promise, 2);
    var _ = encoder().writeHeaders(context(), id, fields, 0, ends, promise);
    return promise;
  }

  /** Writes a part of a body; its future completes once all of it has left. */
  ChannelFuture writeBody(Outflow out, ByteBuf bytes, boolean ends) {
    ChannelPromise promise = promise();
    earnOnceLeft(promise, 2 + bytes.readableBytes() / 1024);
    promise.addListener(out.written(bytes.readableBytes(), client));
    var _ = encoder().writeData(context(), out.id(), bytes, 0, ends, promise);
    return promise;
  }

  /** What the client does not take leads to nothing. */
  private void earnOnceLeft(ChannelPromise promise, int amount) {
    promise.addListener(done -> {
      if (done.isSuccess()) {
        client.earn(amount);
      }
    });
  }

  ChannelFuture writeEnd(Outflow out) {
    return writeBody(out, Unpooled.EMPTY_BUFFER, true);
  }

  /** Resets a stream, behind what may be sent of it. */
  void reset(int id, Http2Error error) {
    Http2Stream stream = connection().stream(id);
    if (stream != null) {
      if (encoder().flowController().hasFlowControlled(stream)) {
        flush();
      }
      var _ = resetStream(context(), id, error.code(), promise());
    }
  }

  /**
   * Tells a client that has not ended its request to send no more of it. Not before the response
   * has left: a reset overtakes what waits for its window, and nobody would read the response.
   */
  void endsAfter(ChannelFuture response, int id) {
    response.addListener(done -> {
      Http2Stream stream = connection().stream(id);
      if (done.isSuccess() && stream != null && stream.state() == State.HALF_CLOSED_LOCAL) {
        reset(id, Http2Error.NO_ERROR);
        flush();
      }
    });
  }

  /** Takes no streams behind this one. */
  void goAway(int lastStream) {
    var _ =
        goAway(context(), lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, promise());
    flush();
  }

  /** The client broke a rule, or bounds, for which it has to go. */
  void onError(Http2Exception why) {
    onError(context(), false, why);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx, boolean outbound, Throwable cause, StreamException fault) {
    super.onStreamError(ctx, outbound, cause, fault);
    if (!outbound) {
      client.broke(fault.streamId());
    }
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
    private final Http2Client client;

    Builder(Http2Client client, ProxyConfig config) {
      this.client = client;
      server(true);
      initialSettings(
          new Http2Settings()
              .maxConcurrentStreams(config.listener().http2().streamsMax())
              .initialWindowSize(config.listener().http2().windowBytes())
              .maxHeaderListSize(config.heads().headMaxBytes()));
      // Those that are taken back cost more than a frame: they are counted by the client's budget.
      decoderEnforceMaxRstFramesPerWindow(0, 0);
      // Nor does Netty ask whose fault a reset is: where a server's responses break off, the
      // client's connection has to go on.
      encoderEnforceMaxRstFramesPerWindow(0, 0);
      decoderEnforceMaxConsecutiveEmptyDataFrames(0);
      frameListener(new Http2Frames(client));
    }

    @Override
    protected Http2Codec build() {
      return super.build();
    }

    @Override
    protected Http2Codec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Codec(decoder, encoder, settings, client);
    }
  }
}
